import { CodedError } from '@tributary/runtime';
import {
  type DirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  valueFromASTUntyped,
} from 'graphql';
import { isGrant } from './roles.ts';
import type { Allowance } from './verdict.ts';

/** How a field came to its verdict. `inherited`: decided where its object was entered, so leaf fields cost nothing. */
export interface FieldVerdict {
  readonly coordinate: string;
  readonly decidedBy: 'field' | 'type' | 'inherited' | 'federation';
  readonly allowance: Allowance | null;
}

const federationFields = new Set(['_entities', '_service']);

/**
 * Walks the schema and gives every field its verdict, from `@allow` alone.
 * Root fields and entity types must carry `@allow` (but for stubs of another subgraph's); a field that leads to such a type takes that type's; other fields inherit.
 * @throws CodedError MODEL_INVALID listing every field without a verdict: the build gate.
 */
export function verdictsOf(schema: GraphQLSchema): readonly FieldVerdict[] {
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .filter(Boolean)
      .map((type) => type?.name),
  );
  const faults: string[] = [];
  const verdicts: FieldVerdict[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name === '_Service') continue;
    if (isEntity(type) && !isStub(type) && allowanceOf(type) === undefined)
      faults.push(`type ${type.name} has a key but no @allow`);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const verdict = roots.has(type.name)
        ? rootVerdict(coordinate, field)
        : nestedVerdict(schema, coordinate, field);
      if (verdict === undefined) faults.push(`${coordinate} has no @allow`);
      else verdicts.push(verdict);
    }
  }
  if (faults.length > 0)
    throw new CodedError('MODEL_INVALID', `Fields without a verdict: ${faults.join('; ')}.`, {
      details: { faults },
    });
  return verdicts;
}

function rootVerdict(coordinate: string, field: GraphQLField<unknown, unknown>): FieldVerdict | undefined {
  if (federationFields.has(field.name)) return { coordinate, decidedBy: 'federation', allowance: null };
  const allowance = allowanceOf(field);
  return allowance && { coordinate, decidedBy: 'field', allowance };
}

function nestedVerdict(
  schema: GraphQLSchema,
  coordinate: string,
  field: GraphQLField<unknown, unknown>,
): FieldVerdict {
  const own = allowanceOf(field);
  if (own !== undefined) return { coordinate, decidedBy: 'field', allowance: own };
  const entered = entryAllowance(schema, field);
  if (entered === undefined) return { coordinate, decidedBy: 'inherited', allowance: null };
  return { coordinate, decidedBy: 'type', allowance: entered };
}

/** What is needed for a field below the roots; undefined where its object decided. */
export function nestedAllowance(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
): Allowance | undefined {
  return allowanceOf(field) ?? entryAllowance(schema, field);
}

function entryAllowance(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Allowance | undefined {
  const entered = concreteTypes(schema, getNamedType(field.type))
    .map(allowanceOf)
    .filter((allowance) => allowance !== undefined);
  const [first] = entered;
  // A field that may lead to several types is for those who may see all of them: interfaces expand to what implements them.
  return first && { ...first, to: first.to.filter((grant) => entered.every(({ to }) => to.includes(grant))) };
}

function concreteTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  if (isInterfaceType(type) || isUnionType(type)) return schema.getPossibleTypes(type);
  return [];
}

export function isEntity(type: GraphQLObjectType): boolean {
  return keysOf(type).length > 0;
}

/**
 * Whether the type is another subgraph's, named here by its key alone: every key is `resolvable: false` and there is no field beside
 * them. There is nothing of it to protect here; its owner rules what it resolves.
 */
function isStub(type: GraphQLObjectType): boolean {
  const keys = keysOf(type);
  const named = new Set(keys.flatMap(({ fields }) => String(fields).split(/\W+/)));
  return (
    keys.every(({ resolvable }) => resolvable === false) &&
    Object.keys(type.getFields()).every((field) => named.has(field))
  );
}

function keysOf(type: GraphQLObjectType): readonly Readonly<Record<string, unknown>>[] {
  return directivesOf(type)
    .filter(({ name }) => name.value === 'key')
    .map(argumentsOf);
}

interface Annotated {
  readonly astNode?: { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?:
    | readonly { readonly directives?: readonly DirectiveNode[] | undefined }[]
    | undefined;
}

function directivesOf(element: Annotated): readonly DirectiveNode[] {
  const extensions = element.extensionASTNodes ?? [];
  return [element.astNode, ...extensions].flatMap((node) => node?.directives ?? []);
}

/** The `@allow` of a field or type. @throws CodedError MODEL_INVALID for a grant that does not exist. */
export function allowanceOf(element: Annotated): Allowance | undefined {
  const directive = directivesOf(element).find((candidate) => candidate.name.value === 'allow');
  if (directive === undefined) return undefined;
  const args = argumentsOf(directive);
  const to = Array.isArray(args['to']) ? args['to'] : [args['to']];
  const unknown = to.filter((grant) => !isGrant(grant));
  if (unknown.length > 0)
    throw new CodedError('MODEL_INVALID', `@allow names unknown grants: ${unknown.join(', ')}.`);
  return { to: to.filter(isGrant), ...(typeof args['scope'] === 'string' ? { scope: args['scope'] } : {}) };
}

function argumentsOf(directive: DirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

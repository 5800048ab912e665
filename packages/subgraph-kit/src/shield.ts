import { CodedError } from '@tributary/runtime';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { allow, type IRules, rule, shield } from 'graphql-shield';
import type { CallContext } from './call.ts';
import { allowanceOf, type FieldVerdict } from './permissions.ts';
import type { Principal } from './principal.ts';
import { type Allowance, refusalOf } from './verdict.ts';

/** Told of every refusal, for the audit log. Must not throw and must not block. */
export type OnRefusal = (principal: Principal, coordinate: string, refusal: CodedError) => void;

/**
 * Puts graphql-shield's rules round the fields that have a verdict of their own, in place.
 *
 * Shield itself wraps every field, leaves included (10,000 of them cost 230 ms), so its middleware is generated once and applied
 * only where something is decided: root fields, fields that lead into a ruled type, and `_entities`, whose rule looks at the
 * type of each representation. Everything else was decided where its object was entered; `verdictsOf` proves there is no gap.
 * Rules are never cached: shield's `contextual` cache ignores arguments and leaks between operations of one socket.
 */
export function applyShield(
  schema: GraphQLSchema,
  verdicts: readonly FieldVerdict[],
  onRefusal: OnRefusal,
): void {
  const ruled = verdicts.filter((verdict) => verdict.coordinate === 'Query._entities' || needsRule(verdict));
  const tree: Record<string, Record<string, IRules>> = {};
  for (const verdict of ruled) {
    const [typeName = '', fieldName = ''] = verdict.coordinate.split('.');
    tree[typeName] = {
      ...tree[typeName],
      [fieldName]: ruleFor(schema, verdict, onRefusal) as unknown as IRules,
    };
  }
  const options = {
    allowExternalErrors: true,
    fallbackRule: allow,
    fallbackError: new CodedError('FORBIDDEN', 'This is not allowed.'),
  };
  const middleware = shield(tree as unknown as IRules, options).generate(schema) as Record<
    string,
    Record<string, Middleware>
  >;
  for (const verdict of ruled) {
    const [typeName = '', fieldName = ''] = verdict.coordinate.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    const guard = middleware[typeName]?.[fieldName];
    if (field === undefined || guard === undefined)
      throw new CodedError('MODEL_INVALID', `No rule could be made for ${verdict.coordinate}.`);
    const resolve = field.resolve ?? defaultFieldResolver;
    const { allowance } = verdict;
    // The rule's own decision, taken first without shield's promises: a page of edges enters its type once per edge. Only what is
    // refused goes through shield, which reports and throws.
    field.resolve = (parent, args, context, info) =>
      allowance !== null && refusalOf(context.principal, allowance) === undefined
        ? resolve(parent, args, context, info)
        : guard(resolve, parent, args, context, info);
  }
}

type Middleware = (
  resolve: GraphQLFieldResolver<unknown, CallContext>,
  ...call: Parameters<GraphQLFieldResolver<unknown, CallContext>>
) => unknown;

/** A field open to everybody, without a scope, decides nothing. */
function needsRule({ allowance }: FieldVerdict): boolean {
  return allowance !== null && !(allowance.to.includes('PUBLIC') && allowance.scope === undefined);
}

function ruleFor(schema: GraphQLSchema, verdict: FieldVerdict, onRefusal: OnRefusal) {
  const decide = (context: CallContext, coordinate: string, allowance: Allowance): true | CodedError => {
    const refusal = refusalOf(context.principal, allowance);
    if (refusal === undefined) return true;
    onRefusal(context.principal, coordinate, refusal);
    return refusal;
  };
  const { allowance, coordinate } = verdict;
  return rule(coordinate, { cache: 'no_cache' })(
    (_parent, args: { representations?: readonly unknown[] }, context: CallContext) => {
      if (allowance !== null) return decide(context, coordinate, allowance);
      for (const typeName of new Set((args.representations ?? []).map(typeNameOf))) {
        const type = schema.getType(typeName);
        const entry = isObjectType(type) ? allowanceOf(type) : undefined;
        if (entry === undefined)
          return new CodedError('BAD_USER_INPUT', 'A representation names no entity of this subgraph.');
        const verdictOnType = decide(context, typeName, entry);
        if (verdictOnType !== true) return verdictOnType;
      }
      return true;
    },
  );
}

function typeNameOf(representation: unknown): string {
  const name = (representation as { __typename?: unknown } | null)?.__typename;
  return typeof name === 'string' ? name : '';
}

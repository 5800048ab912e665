import {
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { isCheckedPerItem } from './checked-per-item.ts';

export type VariableValues = Readonly<Record<string, unknown>>;

/** Variables as graphql-js would coerce them; undefined for all that are not certainly right, which graphql-js then judges and words. */
export type CertainVariables = (variables: VariableValues) => VariableValues | undefined;

const unsure = Symbol('unsure');
type Coerce = (value: unknown) => unknown;

/** Holds nothing. Objects over it have no names but their own, and yet, unlike those of `Object.create(null)`, a shape that engines know. */
const nothing: object = Object.freeze(Object.create(null));

function bare(): Record<string, unknown> {
  return Object.create(nothing);
}

/**
 * Compiles the coercion of an operation's variables (GraphQL October 2021, §6.1.2 and §3). graphql-js goes through the types again for every
 * value and notes the path of each in case it is wrong, which for a bulk of a thousand inputs is half of what the bulk costs here.
 * What is no value of its scalar in a field that is checked per item is right for now, and passed on as it was given.
 */
export function certainVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): CertainVariables {
  const compiled = new CompiledTypes();
  const variables = variableDefinitions.map((definition) => variableOf(schema, definition, compiled));
  return (given) => {
    const coerced = bare();
    for (const { name, coerce, absent } of variables) {
      const value = Object.hasOwn(given, name) ? coerce(given[name]) : absent;
      if (value === unsure) return undefined;
      if (value !== undefined) coerced[name] = value;
    }
    return coerced;
  };
}

interface Variable {
  readonly name: string;
  readonly coerce: Coerce;
  /** What it is when it is not given; undefined: nothing. */
  readonly absent: unknown;
}

function variableOf(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
  compiled: CompiledTypes,
): Variable {
  const { value: name } = variable.name;
  const type = typeFromAST(schema, node as never);
  if (!isInputType(type)) return { name, coerce: () => unsure, absent: unsure };
  const missing = isNonNullType(type) ? unsure : undefined;
  const absent = defaultValue === undefined ? missing : valueFromAST(defaultValue, type);
  return { name, coerce: compiled.of(type), absent };
}

class CompiledTypes {
  /** Input objects may hold themselves. */
  readonly #objects = new Map<GraphQLInputObjectType, Coerce>();

  of(type: GraphQLInputType): Coerce {
    if (isNonNullType(type)) return notNull(this.of(type.ofType as GraphQLInputType));
    if (isListType(type)) return listOf(this.of(type.ofType as GraphQLInputType));
    if (isInputObjectType(type)) return this.#objectOf(type);
    return (value) => leaf(type, value);
  }

  #objectOf(type: GraphQLInputObjectType): Coerce {
    const known = this.#objects.get(type);
    if (known !== undefined) return known;
    let made: Coerce | undefined;
    const coerce: Coerce = (value) => {
      made ??= this.#compileObject(type);
      return made(value);
    };
    this.#objects.set(type, coerce);
    return coerce;
  }

  #compileObject(type: GraphQLInputObjectType): Coerce {
    if (type.isOneOf) return () => unsure;
    const fields = Object.values(type.getFields()).map((field) => ({
      name: field.name,
      coerce: isCheckedPerItem(field) ? orAsGiven(this.of(field.type)) : this.of(field.type),
      absent: field.defaultValue ?? (isNonNullType(field.type) ? unsure : undefined),
      // A default of null is a value, and `??` has lost it.
      absentIsNull: field.defaultValue === null,
    }));
    return (value) => {
      if (value === null || value === undefined) return null;
      if (typeof value !== 'object' || Array.isArray(value)) return unsure;
      const given = value as VariableValues;
      const coerced = bare();
      let known = 0;
      for (const { name, coerce, absent, absentIsNull } of fields) {
        if (Object.hasOwn(given, name) && given[name] !== undefined) {
          known += 1;
          const field = coerce(given[name]);
          if (field === unsure) return unsure;
          coerced[name] = field;
        } else if (absentIsNull) coerced[name] = null;
        else if (absent === unsure) return unsure;
        else if (absent !== undefined) coerced[name] = absent;
      }
      // Fields that the type does not have are told by name.
      return Object.keys(given).length === known ? coerced : unsure;
    };
  }
}

function orAsGiven(coerce: Coerce): Coerce {
  return (value) => {
    const coerced = coerce(value);
    return coerced === unsure ? value : coerced;
  };
}

function notNull(coerce: Coerce): Coerce {
  return (value) => (value === null || value === undefined ? unsure : coerce(value));
}

function listOf(coerce: Coerce): Coerce {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return unsure;
    const items: unknown[] = [];
    for (const item of value) {
      const coerced = coerce(item);
      if (coerced === unsure) return unsure;
      items.push(coerced);
    }
    return items;
  };
}

function leaf(type: { parseValue(value: unknown): unknown }, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  try {
    return type.parseValue(value) ?? unsure;
  } catch {
    return unsure;
  }
}

/** The only operation of a document; undefined where there are several. */
export function onlyOperation({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 ? operations[0] : undefined;
}

/**
 * The document for variables that are coerced already: graphql-js coerces them once more, and takes values of this scalar, which must pass
 * everything on, as they are.
 */
export function withCoercedVariables(document: DocumentNode, scalar: string): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: scalar } } as const;
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? {
            ...definition,
            variableDefinitions: (definition.variableDefinitions ?? []).map(({ kind, variable }) => ({
              kind,
              variable,
              type,
            })),
          }
        : definition,
    ),
  };
}

import type { GraphCaller } from '@tributary/test-kit';
import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  type IntrospectionQuery,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { sampleOf } from './sample-values.ts';

type Field = GraphQLField<unknown, unknown>;

/** The graph as whoever asks may see it. */
export async function shownSchema(ask: GraphCaller): Promise<GraphQLSchema> {
  const { data } = await ask<IntrospectionQuery>(getIntrospectionQuery());
  return buildClientSchema(data);
}

/** An operation for every root field, by its coordinate, with no more arguments than it needs. */
export function minimalCalls(schema: GraphQLSchema): ReadonlyMap<string, string> {
  return new Map(
    rootsOf(schema).map(({ coordinate, keyword, field }) => [coordinate, `${keyword} { ${whole(field)} }`]),
  );
}

/** A way into a field that is no root field: the operation, which answers it as `judged`, and where it begins. */
export interface Way {
  readonly root: string;
  readonly text: string;
}

/**
 * The ways into all fields below the roots, by coordinate: from each root field, the shortest through fields that are open.
 */
export function waysInto(
  schema: GraphQLSchema,
  isOpen: (coordinate: string) => boolean,
): ReadonlyMap<string, readonly Way[]> {
  const ways = new Map<string, Way[]>();
  for (const { coordinate: root, keyword, field } of rootsOf(schema)) {
    if (!isOpen(root)) continue;
    const seen = new Set<string>();
    let level = entered(schema, field, (inner) => `${keyword} { ${inner} }`);
    while (level.length > 0) {
      const next: Entered[] = [];
      for (const { type, wrap } of level) {
        if (seen.has(type.name)) continue;
        seen.add(type.name);
        for (const below of Object.values(type.getFields())) {
          const coordinate = `${type.name}.${below.name}`;
          ways.set(coordinate, [
            ...(ways.get(coordinate) ?? []),
            { root, text: wrap(`judged: ${whole(below)}`) },
          ]);
          if (isOpen(coordinate)) next.push(...entered(schema, below, wrap));
        }
      }
      level = next;
    }
  }
  return ways;
}

interface Entered {
  readonly type: GraphQLObjectType;
  readonly wrap: (inner: string) => string;
}

function entered(schema: GraphQLSchema, field: Field, wrap: Entered['wrap']): readonly Entered[] {
  const named = getNamedType(field.type);
  if (isObjectType(named)) return [{ type: named, wrap: (inner) => wrap(`${callOf(field)} { ${inner} }`) }];
  if (!isAbstractType(named)) return [];
  return schema.getPossibleTypes(named).map((type) => ({
    type,
    wrap: (inner) => wrap(`${callOf(field)} { ... on ${type.name} { ${inner} } }`),
  }));
}

function rootsOf(schema: GraphQLSchema) {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([keyword, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      coordinate: `${type?.name}.${field.name}`,
      keyword,
      field,
    })),
  );
}

function whole(field: Field): string {
  return `${callOf(field)}${isComposite(field.type) ? ' { __typename }' : ''}`;
}

const isComposite = (type: GraphQLOutputType): boolean => isCompositeType(getNamedType(type));

function callOf({ name, args }: Field): string {
  const passed = args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literal(arg.type)}`);
  return passed.length === 0 ? name : `${name}(${passed.join(', ')})`;
}

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (!isInputObjectType(type)) return JSON.stringify(sampleOf(type.name));
  const needed = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${needed.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
}

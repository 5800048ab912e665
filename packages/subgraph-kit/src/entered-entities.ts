import { CodedError } from '@tributary/runtime';
import { type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from 'graphql';
import type { CallContext } from './call.ts';

export type Representation = Readonly<Record<string, unknown>>;

/**
 * Looks at all representations of a fetch before any of them is entered. What it gets ready need not be waited for entity by entity; undefined where there is
 * nothing to wait for.
 */
export type PrepareEntities<Context extends CallContext> = (
  representations: readonly Representation[],
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<void> | undefined;

/**
 * Enters entities in place of @apollo/subgraph, which makes a promise of each: what is at hand is answered without one, and an entity that fails
 * fails alone.
 */
export function enterEntities<Context extends CallContext>(
  schema: GraphQLSchema,
  prepare: PrepareEntities<Context> | undefined,
): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (field === undefined) return;
  field.resolve = (_root, args, context: Context, info) => {
    const { representations } = args as { readonly representations: readonly Representation[] };
    const enter = (): readonly unknown[] =>
      representations.map((representation) => entered(representation, context, info));
    return prepare?.(representations, context, info)?.then(enter) ?? enter();
  };
}

function entered(representation: Representation, context: CallContext, info: GraphQLResolveInfo): unknown {
  const typeName = String(representation['__typename']);
  const type = info.schema.getType(typeName);
  if (!isObjectType(type))
    return new CodedError('BAD_USER_INPUT', 'A representation names no entity of this subgraph.');
  const { apollo } = type.extensions as ApolloExtensions;
  const resolve = apollo?.subgraph?.resolveReference;
  try {
    const entity = resolve === undefined ? representation : resolve(representation, context, info);
    return entity instanceof Promise
      ? entity.then((value: unknown) => typed(value, typeName))
      : typed(entity, typeName);
  } catch (error) {
    // In a list an error is the fault of its place.
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Where @apollo/subgraph keeps `__resolveReference`. */
interface ApolloExtensions {
  readonly apollo?: {
    readonly subgraph?: {
      readonly resolveReference?: (
        representation: Representation,
        context: CallContext,
        info: GraphQLResolveInfo,
      ) => unknown;
    };
  };
}

/** The union of all entities tells its members apart by their own `__typename`. */
function typed(entity: unknown, typeName: string): unknown {
  if (typeof entity !== 'object' || entity === null) return entity;
  const { __typename: own } = entity as { readonly __typename?: unknown };
  if (own === typeName) return entity;
  if (own !== undefined) return { ...entity, __typename: typeName };
  return Object.defineProperty(entity, '__typename', { value: typeName });
}

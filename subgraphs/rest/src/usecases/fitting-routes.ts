import { CodedError, type Logger } from '@tributary/runtime';
import type { GraphQLSchema } from 'graphql';
import { bindRoute } from '../domain/bound-route.ts';
import type { SavedOperation } from '../domain/saved-operation.ts';

/**
 * The operations that fit a schema. Those that do not (a model was changed below them) are named in the log once, as soon as the schema is
 * known; each answers as a fault of ours, and none keeps another from being answered or described.
 */
export function fittingRoutes({
  operations,
  log,
}: {
  readonly operations: readonly SavedOperation[];
  readonly log: Logger;
}): (schema: GraphQLSchema) => readonly SavedOperation[] {
  const bySchema = new WeakMap<GraphQLSchema, readonly SavedOperation[]>();
  return (schema) => {
    const known = bySchema.get(schema);
    if (known !== undefined) return known;
    const fitting = operations.filter((operation) => {
      try {
        bindRoute(operation, schema);
        return true;
      } catch (err) {
        if (!(err instanceof CodedError)) throw err;
        log.error({ err, operationName: operation.name }, 'a route does not fit the graph');
        return false;
      }
    });
    bySchema.set(schema, fitting);
    return fitting;
  };
}

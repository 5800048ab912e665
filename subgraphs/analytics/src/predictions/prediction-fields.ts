import { isId } from '@tributary/runtime';
import type { ResolverMap } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { Predictions } from '../declarations/parse-predictions.ts';
import { inputValue } from '../domain/input-expression.ts';

type Entity = Readonly<Record<string, unknown>>;

/** Resolvers of the fields that predictions add to entities of other subgraphs: `Flight.predictedDelay`. */
export function predictionFields({ declared }: Predictions): ResolverMap {
  const entities = new Map<string, Record<string, unknown>>();
  for (const { typeName, field, model, output, inputs } of declared) {
    const fields = entities.get(typeName) ?? { __resolveReference: reference };
    entities.set(typeName, fields);
    fields[field] = async (entity: Entity, _args: unknown, { entityPredictions }: Context) => {
      const values = Object.entries(inputs).map(
        ([name, expression]) => [name, inputValue(expression, entity)] as const,
      );
      // Nothing is expected of what is not known.
      if (values.some(([, value]) => value === undefined)) return null;
      return await entityPredictions.load({ model, output, inputs: Object.fromEntries(values) });
    };
  }
  return Object.fromEntries(entities);
}

/** With what the field requires, which the gateway puts into the representation. Whether the entity exists is for its owner to say. */
function reference(representation: Entity): Entity | null {
  return isId(representation['id']) ? representation : null;
}

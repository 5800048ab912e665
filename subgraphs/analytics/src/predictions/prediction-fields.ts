import { isId } from '@tributary/runtime';
import type { PrepareEntities, Representation, ResolverMap } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { DeclaredPrediction, Predictions } from '../declarations/parse-predictions.ts';
import { inputValue } from '../domain/input-expression.ts';
import type { EntityPrediction, PredictedNumber } from '../loaders/entity-predictions.ts';
import { askedFields } from './asked-fields.ts';

type Entity = Representation;

/** What is predicted of the entities of a call, by the entity's own object and the field. */
export type PredictedFields = WeakMap<Entity, Map<DeclaredPrediction, PredictedNumber>>;

/** Resolvers of the fields that predictions add to entities of other subgraphs: `Flight.predictedDelay`. */
export function predictionFields({ declared }: Predictions): ResolverMap {
  const entities = new Map<string, Record<string, unknown>>();
  for (const prediction of declared) {
    const { typeName, field } = prediction;
    const fields = entities.get(typeName) ?? { __resolveReference: reference };
    entities.set(typeName, fields);
    fields[field] = (entity: Entity, _args: unknown, { predictedFields }: Context) => {
      const value = predictedFields.get(entity)?.get(prediction) ?? null;
      if (value instanceof Error) throw value;
      return value;
    };
  }
  return Object.fromEntries(entities);
}

/**
 * Predicts for all entities of a fetch before they are entered. Field by field each of a few thousand flights would be a promise of its own, which costs
 * more than its prediction.
 */
export function preparePredictions({ declared }: Predictions): PrepareEntities<Context> {
  return (representations, { predictEntities, predictedFields }, info) => {
    const fields = askedFields(info);
    const wanted = declared.filter(({ typeName, field }) => fields.get(typeName)?.has(field));
    const asked: {
      readonly entity: Entity;
      readonly of: DeclaredPrediction;
      readonly what: EntityPrediction;
    }[] = [];
    for (const of of wanted)
      for (const entity of representations) {
        const inputs = entity['__typename'] === of.typeName ? inputsOf(of, entity) : undefined;
        // Nothing is expected of what is not known.
        if (inputs !== undefined)
          asked.push({ entity, of, what: { model: of.model, output: of.output, inputs } });
      }
    if (asked.length === 0) return undefined;
    return predictEntities(asked.map(({ what }) => what)).then((numbers) => {
      for (const [at, { entity, of }] of asked.entries()) {
        const values = predictedFields.get(entity) ?? new Map<DeclaredPrediction, PredictedNumber>();
        predictedFields.set(entity, values.set(of, numbers[at] ?? null));
      }
    });
  };
}

/** Undefined where one is not known. */
function inputsOf({ inputs }: DeclaredPrediction, entity: Entity): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, expression] of Object.entries(inputs)) {
    values[name] = inputValue(expression, entity);
    if (values[name] === undefined) return undefined;
  }
  return values;
}

/** With what the field requires, which the gateway puts into the representation. Whether the entity exists is for its owner to say. */
function reference(representation: Entity): Entity | null {
  return isId(representation['id']) ? representation : null;
}

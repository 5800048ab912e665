import { inferenceLimits, type ModelInputs } from '@tributary/engines/inference';
import { CodedError } from '@tributary/runtime';
import DataLoader from 'dataloader';
import { type PredictParts, predict } from '../usecases/predict.ts';

export interface EntityPrediction {
  readonly model: string;
  readonly output: string;
  readonly inputs: ModelInputs;
}

export type EntityPredictionsLoader = DataLoader<EntityPrediction, number | null>;

/**
 * Numbers predicted for many entities: those an operation asks of one model at a time are one run. Null where the workspace has no live version of the
 * model, or the entity does not fit it.
 */
export function entityPredictionsLoader(parts: PredictParts): EntityPredictionsLoader {
  return new DataLoader(
    async (asked) => {
      const answers: (number | null | Error)[] = asked.map(() => null);
      const byModel = new Map<string, number[]>();
      asked.forEach(({ model }, at) => {
        byModel.set(model, [...(byModel.get(model) ?? []), at]);
      });
      for (const [model, places] of byModel) await answerModel(model, places);
      return answers;

      async function answerModel(model: string, places: readonly number[]): Promise<void> {
        const inputs = places.map((at) => asked[at]?.inputs ?? {});
        try {
          const { predictions } = await predict({ model, version: null, inputs }, parts);
          predictions.forEach((each, index) => {
            const at = places[index] ?? 0;
            const value = 'outputs' in each ? each.outputs[asked[at]?.output ?? ''] : undefined;
            answers[at] = typeof value === 'number' && Number.isFinite(value) ? value : null;
          });
        } catch (error) {
          if (error instanceof CodedError && error.code === 'NOT_FOUND') return;
          for (const at of places) answers[at] = error instanceof Error ? error : new Error(String(error));
        }
      }
    },
    { maxBatchSize: inferenceLimits.batchItems, cache: false },
  );
}

import { inferenceLimits, type ModelInputs } from '@tributary/engines/inference';
import { CodedError } from '@tributary/runtime';
import { type PredictParts, predict } from '../usecases/predict.ts';
import { asNumber } from '../usecases/predicted-number.ts';

export interface EntityPrediction {
  readonly model: string;
  readonly output: string;
  readonly inputs: ModelInputs;
}

/** A number; null where nothing is expected; why it failed. */
export type PredictedNumber = number | null | Error;

export type PredictEntities = (asked: readonly EntityPrediction[]) => Promise<readonly PredictedNumber[]>;

/**
 * Numbers predicted for many entities, as many at a time as the engine takes: those asked of one model are one run. Null where the workspace has no live
 * version of the model, or the entity does not fit it.
 */
export function entityPredictions(parts: PredictParts): PredictEntities {
  return async (asked) => {
    const answers: PredictedNumber[] = asked.map(() => null);
    const byModel = new Map<string, number[]>();
    for (const [at, { model }] of asked.entries()) {
      const places = byModel.get(model);
      if (places === undefined) byModel.set(model, [at]);
      else places.push(at);
    }
    const { batchItems } = inferenceLimits;
    for (const [model, places] of byModel)
      for (let from = 0; from < places.length; from += batchItems)
        await answerModel(model, places.slice(from, from + batchItems));
    return answers;

    async function answerModel(model: string, places: readonly number[]): Promise<void> {
      const inputs = places.map((at) => asked[at]?.inputs ?? {});
      try {
        const { predictions } = await predict({ model, version: null, inputs }, parts);
        predictions.forEach((each, index) => {
          const at = places[index] ?? 0;
          const value = 'outputs' in each ? each.outputs[asked[at]?.output ?? ''] : undefined;
          answers[at] = asNumber(value) ?? null;
        });
      } catch (error) {
        if (error instanceof CodedError && error.code === 'NOT_FOUND') return;
        for (const at of places) answers[at] = error instanceof Error ? error : new Error(String(error));
      }
    }
  };
}

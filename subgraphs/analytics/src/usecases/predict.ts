import {
  type Inference,
  inferenceLimits,
  type ModelInputs,
  type Prediction,
} from '@tributary/engines/inference';
import type { Relational } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { findVersion, readModelFile, type VersionRow } from '../adapters/model-table.ts';
import type { ShadowPredictions } from './shadow-predictions.ts';

export interface PredictParts {
  readonly shadows: ShadowPredictions;
  readonly relational: Relational;
  readonly inference: Inference;
  readonly workspaceId: string;
  /** Tells when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined;
}

export interface PredictRequest {
  readonly model: string;
  /** Null for the live one. */
  readonly version: number | null;
  readonly inputs: readonly ModelInputs[];
}

export interface Predicted {
  readonly version: VersionRow;
  readonly predictions: readonly Prediction[];
}

/**
 * Predicts item by item with a version of the workspace's own model.
 * @throws CodedError NOT_FOUND without such a model, version, or a live one; BAD_USER_INPUT for none or too many items; what the engine throws
 */
export async function predict(
  { model, version, inputs }: PredictRequest,
  parts: PredictParts,
): Promise<Predicted> {
  const { batchItems } = inferenceLimits;
  if (inputs.length === 0 || inputs.length > batchItems) {
    throw new CodedError('BAD_USER_INPUT', `One call predicts 1 to ${batchItems} items.`, {
      details: { argument: 'inputs', limit: batchItems },
    });
  }
  const { relational, inference, shadows, workspaceId, signal } = parts;
  const found = await findVersion(relational, workspaceId, { name: model, version });
  if (found === undefined) {
    throw new CodedError('NOT_FOUND', 'There is no such model, or no such version of it is live.', {
      details: { argument: 'model' },
    });
  }
  const read = (): Promise<Uint8Array> => readModelFile(relational, workspaceId, found);
  const predictions = await inference.predict({ sha256: found.sha256, read }, inputs, {
    who: workspaceId,
    signal,
  });
  if (version === null && found.shadow !== null && found.shadow !== found.version) {
    const versions = { liveVersion: found.version, shadowVersion: found.shadow };
    const { signature } = found;
    shadows.follow({ workspaceId, name: model, ...versions, signature, inputs, predictions });
  }
  return { version: found, predictions };
}

import type { Inference, ModelInputs, Prediction } from '@tributary/engines/inference';
import type { Relational } from '@tributary/engines/relational';
import type { Logger } from '@tributary/runtime';
import { findVersion, readModelFile } from '../adapters/model-table.ts';
import { insertPairs, type ShadowPair } from '../adapters/shadow-table.ts';
import { asNumber } from './predicted-number.ts';

export interface ShadowParts {
  readonly relational: Relational;
  readonly inference: Inference;
  readonly log: Logger;
}

export interface ShadowRequest {
  readonly workspaceId: string;
  readonly name: string;
  readonly liveVersion: number;
  readonly shadowVersion: number;
  readonly inputs: readonly ModelInputs[];
  /** What the live version said of them. */
  readonly predictions: readonly Prediction[];
}

/** Items of one call that the shadow is asked of: enough to compare, too few to slow the live version down. */
const itemsPerCall = 100;

/**
 * Asks shadow versions what live ones were asked, after the caller has its answer. One at a time for each model: what comes meanwhile is not compared, so a
 * slow shadow costs itself alone. A shadow that fails is told to the log, and to nobody who predicts.
 */
export class ShadowPredictions {
  readonly #parts: ShadowParts;
  readonly #running = new Set<string>();

  constructor(parts: ShadowParts) {
    this.#parts = parts;
  }

  follow(request: ShadowRequest): void {
    const key = `${request.workspaceId}/${request.name}`;
    if (this.#running.has(key)) return;
    this.#running.add(key);
    this.#compare(request)
      .catch((err: unknown) => this.#parts.log.warn({ err }, 'a shadow version did not predict'))
      .finally(() => this.#running.delete(key));
  }

  async #compare({ inputs, predictions, ...key }: ShadowRequest): Promise<void> {
    const { relational, inference } = this.#parts;
    const { workspaceId, name } = key;
    const version = await findVersion(relational, workspaceId, { name, version: key.shadowVersion });
    if (version === undefined) return;
    const read = (): Promise<Uint8Array> => readModelFile(relational, workspaceId, version);
    const some = inputs.slice(0, itemsPerCall);
    const said = await inference.predict({ sha256: version.sha256, read }, some, { who: workspaceId });
    const pairs = said.flatMap((shadow, at): ShadowPair[] => {
      const [live, other] = [firstNumber(predictions[at]), firstNumber(shadow)];
      return live === undefined || other === undefined ? [] : [{ live, shadow: other }];
    });
    if (pairs.length > 0) await insertPairs(relational, key, pairs);
  }
}

/** The first output that is one finite number: what a model that regresses, scores or labels says. */
function firstNumber(prediction: Prediction | undefined): number | undefined {
  if (prediction === undefined || !('outputs' in prediction)) return undefined;
  for (const value of Object.values(prediction.outputs)) {
    const number = asNumber(value);
    if (number !== undefined) return number;
  }
  return undefined;
}

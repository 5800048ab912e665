import type { Inference, ModelInputs, ModelSignature, Prediction } from '@tributary/engines/inference';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { findVersion, readModelFile } from '../adapters/model-table.ts';
import { insertPairs, type ShadowPair } from '../adapters/shadow-table.ts';
import { asNumber, comparedOutput } from './predicted-number.ts';

export interface ShadowParts {
  readonly relational: Relational;
  readonly inference: Inference;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ShadowRequest {
  readonly workspaceId: string;
  readonly name: string;
  readonly liveVersion: number;
  readonly shadowVersion: number;
  /** Of the live version. */
  readonly signature: ModelSignature;
  readonly inputs: readonly ModelInputs[];
  /** What the live version said of them. */
  readonly predictions: readonly Prediction[];
}

/** Items of one call that the shadow is asked of: enough to compare, too few to slow the live version down. */
const itemsPerCall = 100;

/** For how long a shadow that took too long is left alone, and how many of them are remembered. */
const leftAloneMs = 10 * 60_000;
const keptLate = 1_000;

/**
 * Asks shadow versions what live ones were asked, after the caller has its answer. One at a time for each model: what comes meanwhile is not compared, so a
 * slow shadow costs itself alone. One that takes longer than it may, which everybody who predicts waits for, is not asked again for ten minutes. A shadow that
 * fails is told to the log, and to nobody who predicts.
 */
export class ShadowPredictions {
  readonly #parts: ShadowParts;
  readonly #running = new Set<string>();
  /** Until when versions are left alone, by workspace and file, in the order in which they took too long; by the monotonic clock. */
  readonly #lateUntilMs = new Map<string, number>();

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

  async #compare({ inputs, predictions, signature, ...key }: ShadowRequest): Promise<void> {
    const { relational, inference, clock } = this.#parts;
    const askedAtMs = clock.monotonicMs();
    const { workspaceId, name } = key;
    const version = await findVersion(relational, workspaceId, { name, version: key.shadowVersion });
    const output = version === undefined ? undefined : comparedOutput(signature, version.signature);
    if (version === undefined || output === undefined) return;
    const file = `${workspaceId} ${version.sha256}`;
    if (askedAtMs < (this.#lateUntilMs.get(file) ?? 0)) return;
    const read = (): Promise<Uint8Array> => readModelFile(relational, workspaceId, version);
    const some = inputs.slice(0, itemsPerCall);
    const said = await inference
      .predict({ sha256: version.sha256, read }, some, { who: workspaceId })
      .catch((error: unknown) => {
        if (error instanceof CodedError && error.code === 'DEADLINE_EXCEEDED') this.#leaveAlone(file, key);
        throw error;
      });
    const pairs = said.flatMap((shadow, at): ShadowPair[] => {
      const [live, other] = [numberOf(predictions[at], output), numberOf(shadow, output)];
      return live === undefined || other === undefined ? [] : [{ live, shadow: other }];
    });
    if (pairs.length > 0) await insertPairs(relational, key, pairs);
  }

  #leaveAlone(
    file: string,
    { workspaceId, name: model, shadowVersion }: Omit<ShadowRequest, 'inputs' | 'predictions' | 'signature'>,
  ): void {
    const { clock, log } = this.#parts;
    this.#lateUntilMs.delete(file);
    this.#lateUntilMs.set(file, clock.monotonicMs() + leftAloneMs);
    if (this.#lateUntilMs.size > keptLate)
      this.#lateUntilMs.delete(this.#lateUntilMs.keys().next().value ?? '');
    const message = 'a shadow version took too long, and is not asked again for ten minutes';
    log.warn({ workspaceId, model, shadowVersion }, message);
  }
}

/** Undefined where an item has no prediction, or none that is a finite number: what was refused is compared by nobody. */
function numberOf(prediction: Prediction | undefined, output: string): number | undefined {
  return prediction !== undefined && 'outputs' in prediction
    ? asNumber(prediction.outputs[output])
    : undefined;
}

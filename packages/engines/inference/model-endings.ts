import type { Clock } from '@tributary/runtime';
import { refused } from './onnx-file.ts';

/** How often a model may end the process before it is refused: once can be the machine's fault. */
const maxEndings = 2;
const forgottenAfterMinutes = 10;
const keptModels = 1_000;

/**
 * Which models ended the process lately, workspace by workspace: what inputs do to a model is up to who asks, and nobody loses theirs because somebody else has the same file.
 * Refused for some minutes, a model that ends the process each time does so twice in them.
 */
export class ModelEndings {
  readonly #clock: Clock;
  /** Moments by the monotonic clock. */
  readonly #endings = new Map<string, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws CodedError INFERENCE_MODEL_REFUSED */
  requireFew(sha256: string, who: string): void {
    if (this.#latest(keyOf(sha256, who)).length < maxEndings) return;
    throw refused(
      `ended the engine more than once within ${forgottenAfterMinutes} minutes: ask again later, with fewer or smaller inputs`,
    );
  }

  note(sha256: string, who: string): void {
    const key = keyOf(sha256, who);
    const latest = this.#latest(key);
    this.#endings.delete(key);
    this.#endings.set(key, [...latest, this.#clock.monotonicMs()]);
    // What is forgotten first was noted longest ago.
    if (this.#endings.size > keptModels) this.#endings.delete(this.#endings.keys().next().value ?? '');
  }

  #latest(key: string): readonly number[] {
    const sinceMs = this.#clock.monotonicMs() - forgottenAfterMinutes * 60_000;
    return (this.#endings.get(key) ?? []).filter((atMs) => atMs > sinceMs);
  }
}

const keyOf = (sha256: string, who: string): string => `${sha256} ${who}`;

import { createHash } from 'node:crypto';
import { errors as undiciErrors } from 'undici';
import { BoundedCache } from '../planning/bounded-cache.ts';

/** What is asked, as far as the answer depends on it. */
export interface AskedText {
  readonly headers: readonly string[];
  readonly body: string;
}

const mostRemembered = 1_000;

/**
 * The questions whose answers were too long of late. To find that out, all that may be read has to be read, and nothing of it is of use: an equal question rests for a moment,
 * as those of a subgraph do that is away, and one of them asks then.
 */
export class TooLongAnswers {
  readonly #restMs: number;
  readonly #nowMs: () => number;
  /** Until when, by what was asked. */
  readonly #resting = new BoundedCache<number>(mostRemembered);

  constructor(restMs: number, nowMs: () => number) {
    this.#restMs = restMs;
    this.#nowMs = nowMs;
  }

  /** @throws ResponseExceededMaxSizeError for a question that rests */
  refuse(asked: AskedText): void {
    if (this.#resting.size === 0) return;
    const key = keyOf(asked);
    const untilMs = this.#resting.get(key);
    if (untilMs === undefined) return;
    if (this.#nowMs() < untilMs) throw new undiciErrors.ResponseExceededMaxSizeError();
    // One that is not answered must not keep the next from asking.
    this.#resting.set(key, this.#nowMs() + this.#restMs);
  }

  wasTooLong(asked: AskedText): void {
    this.#resting.set(keyOf(asked), this.#nowMs() + this.#restMs);
  }

  wasAnswered(asked: AskedText): void {
    if (this.#resting.size > 0) this.#resting.delete(keyOf(asked));
  }
}

/** Others may be told less: who asks is a part of it. */
function keyOf({ headers, body }: AskedText): string {
  return createHash('sha256').update(headers.join('\n')).update('\n\n').update(body).digest('base64');
}

import type { Refusal } from '../graph/refusal.ts';
import { mergedUpdates } from './shared-text.ts';

/** Letters typed in this span are sent together. */
const gatherMs = 150;
const retryMs = 2_000;

/** How what is typed stands, as one sees it. */
export interface SendingState {
  readonly state: 'saved' | 'saving' | 'away' | 'gone';
  readonly error: Refusal | undefined;
}

/**
 * What was typed and has not arrived: sent in order, again until it has arrived, also when nobody looks any more. It is given up only where there
 * is nothing left to send it to, or the graph refuses it for good.
 */
export class UnsentText {
  readonly #send: (update: Uint8Array) => Promise<Refusal | undefined>;
  readonly #updates: Uint8Array[] = [];
  #look: ((state: SendingState) => void) | undefined;
  #done: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSending = false;
  #isGone = false;

  constructor(
    send: (update: Uint8Array) => Promise<Refusal | undefined>,
    look: (state: SendingState) => void,
  ) {
    this.#send = send;
    this.#look = look;
  }

  /** Leaving the document now would lose something. */
  get isLeft(): boolean {
    return this.#updates.length > 0;
  }

  add(update: Uint8Array): void {
    if (this.#isGone) return;
    this.#updates.push(update);
    this.#look?.({ state: 'saving', error: undefined });
    this.#sendIn(gatherMs);
  }

  /** Nobody looks any more: what is left goes out at once. `done` is called when it has, or cannot. */
  leave(done: () => void): void {
    this.#look = undefined;
    this.#done = done;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#sendLeft();
  }

  /** What it belongs to is deleted. */
  end(): void {
    this.#isGone = true;
    clearTimeout(this.#timer);
    this.#updates.length = 0;
    this.#look?.({ state: 'gone', error: undefined });
    this.#done?.();
  }

  #sendIn(waitMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#sendLeft();
    }, waitMs);
  }

  async #sendLeft(): Promise<void> {
    if (this.#isSending) return;
    if (!this.isLeft) return this.#done?.();
    this.#isSending = true;
    const count = this.#updates.length;
    const refusal = await this.#send(mergedUpdates(this.#updates));
    this.#isSending = false;
    if (this.#isGone) return;
    if (refusal === undefined) this.#updates.splice(0, count);
    else if (refusal.code === 'NOT_FOUND') return this.end();
    else if (!refusal.retryable) {
      this.#look?.({ state: 'saving', error: refusal });
      // Whoever looks reads why, and may copy it; nobody else can do anything about it.
      if (this.#look === undefined) this.end();
      return;
    }
    this.#look?.({
      state: refusal !== undefined ? 'away' : this.isLeft ? 'saving' : 'saved',
      error: undefined,
    });
    if (this.isLeft) this.#sendIn(refusal === undefined ? gatherMs : retryMs);
    else this.#done?.();
  }
}

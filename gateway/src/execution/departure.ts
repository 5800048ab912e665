import { CodedError } from '@tributary/runtime/errors';

/**
 * Tells when nobody waits for an answer any more: of AbortSignal what that takes. Those of Node cost microseconds each, and every operation and every
 * fetch has one.
 */
export interface Departure {
  readonly aborted: boolean;
  /** Why, once it is aborted: a CodedError, where it was not that somebody left. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A departure that is told of by whoever made it. Its listeners are called once. */
export class Leaving implements Departure {
  #listeners: Set<() => void> | undefined;
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }
}

/** Whoever asked went away before the answer came. */
export class CallerGone extends Error {
  constructor(options?: ErrorOptions) {
    super('The caller went away.', options);
    this.name = 'CallerGone';
  }
}

/** What ends the work that a departure ended. */
export function reasonToEnd(gone: Departure | undefined): CodedError | CallerGone {
  return gone?.reason instanceof CodedError ? gone.reason : new CallerGone();
}

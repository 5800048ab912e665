import type { ResumableClient } from '@tributary/client';
import { stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { Refusal } from './refusal.ts';

/** Who hears a subscription. */
export interface Hearer<Data> {
  /**
   * Its position is fixed: what is asked from now on, with what comes, misses nothing. Told again when it had to begin anew, because what was
   * between is lost to it then; not after a cut, since it goes on from its cursor.
   */
  begun?(): void;
  next(data: Data): void;
  /** Why it does not come for now, or for good; undefined when it comes (again). */
  refused?(refusal: Refusal | undefined): void;
}

/** How many subscriptions of the page do not come: some are tried again, some were refused for good. */
export interface Standstill {
  readonly waiting: number;
  readonly refused: number;
}

interface Waits {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * What moves on the page. Subscriptions go on from their cursors over every cut; one that ends with a refusal that passes (too much at once, a part
 * that is away, a cursor older than what is kept) begins anew after a while.
 */
export class Live {
  readonly socket: ResumableClient;
  readonly #waits: Waits;
  readonly #listeners = new Set<() => void>();
  #standstill: Standstill = { waiting: 0, refused: 0 };

  constructor(socket: ResumableClient, waits: Waits = { leastMs: 1_000, mostMs: 30_000 }) {
    this.socket = socket;
    this.#waits = waits;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly standstill = (): Standstill => this.#standstill;

  /** Answers how to end it. */
  follow<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    hearer: Hearer<Data>,
  ): () => void {
    const payload = {
      query: stringifyDocument(document),
      variables: Object.fromEntries(Object.entries(variables)),
    };
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let state: 'coming' | 'waiting' | 'refused' | 'over' = 'coming';
    let tries = 0;
    let isTold = false;
    const tell = (refusal: Refusal | undefined): void => {
      if (refusal === undefined && !isTold) return;
      isTold = refusal !== undefined;
      hearer.refused?.(refusal);
    };
    const turn = (next: typeof state): void => {
      const before = state;
      state = next;
      this.#count(before, -1);
      this.#count(next, 1);
    };
    const ended = (refusal: Refusal): void => {
      if (state === 'over') return;
      if (!comesBack(refusal)) turn('refused');
      else {
        turn('waiting');
        timer = setTimeout(begin, this.#waitMs(tries++));
      }
      tell(refusal);
    };
    const begin = (): void => {
      stop = this.socket.subscribe<Data>(payload, {
        subscribed: () => {
          if (state === 'over') return;
          tries = 0;
          if (state !== 'coming') turn('coming');
          tell(undefined);
          hearer.begun?.();
        },
        next: ({ data, errors }) => {
          if (state === 'over') return;
          const [error] = errors ?? [];
          tell(error && new Refusal(error.message, error.extensions));
          if (data !== undefined && data !== null) hearer.next(data);
        },
        error: (fault) => ended(refusalOf(fault)),
        // It has said all there is: the run is over, the item deleted.
        complete: () => undefined,
      });
    };
    begin();
    return () => {
      turn('over');
      clearTimeout(timer);
      stop?.();
    };
  }

  #count(state: string, by: number): void {
    if (state !== 'waiting' && state !== 'refused') return;
    this.#standstill = { ...this.#standstill, [state]: this.#standstill[state] + by };
    for (const listener of this.#listeners) listener();
  }

  /** Half of it fixed, half by chance: those refused together do not come back together. */
  #waitMs(tries: number): number {
    const { leastMs, mostMs } = this.#waits;
    const limitMs = Math.min(mostMs, leastMs * 2 ** tries);
    return limitMs / 2 + (Math.random() * limitMs) / 2;
  }
}

/** By itself, or from where the log begins now. */
function comesBack({ retryable, code }: Refusal): boolean {
  return retryable || code === 'CURSOR_EXPIRED';
}

/** Of the graph's errors, or of a socket that closed for a reason its client does not come back from. */
function refusalOf(fault: unknown): Refusal {
  const [error] = Array.isArray(fault) ? fault : [];
  return error === undefined ? Refusal.ofNetwork(fault) : new Refusal(error.message, error.extensions);
}

import { CodedError } from '@tributary/runtime';
import type { FetchAnswer, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { Departure } from '../execution/departure.ts';
import { failedFetch } from './failed-fetch.ts';

export interface BulkheadLimits {
  /** Under way at most. */
  readonly inFlight: number;
  /** Those that wait for one of them to end; the next is refused. */
  readonly queue: number;
}

/** While both wait, one turn of so many is for the patient. */
const turnsForOneOfThePatient = 4;

/**
 * Bounds how much of the gateway one subgraph can hold. Who waits goes first come, first served; but the patient, of whom there may be any number, do not
 * keep the others waiting: those go before them, and the patient have a share of the turns.
 */
export class Bulkhead {
  readonly #subgraph: string;
  readonly #limits: BulkheadLimits;
  readonly #waitMs: number;
  readonly #waiting = new Set<() => void>();
  readonly #patient = new Set<() => void>();
  #running = 0;
  /** Turns since one of the patient had theirs. */
  #turns = 0;

  constructor(subgraph: string, limits: BulkheadLimits, waitMs: number) {
    this.#subgraph = subgraph;
    this.#limits = limits;
    this.#waitMs = waitMs;
  }

  /**
   * False, or resolves with it, when whoever asks has left; who is in has to `leave`. The patient wait, however many do and however long.
   * @throws CodedError OVERLOADED, or DEADLINE_EXCEEDED after `waitMs`
   */
  enter(gone: Departure | undefined, isPatient: boolean): boolean | Promise<boolean> {
    if (gone?.aborted === true) return false;
    if (this.#running < this.#limits.inFlight) {
      this.#running += 1;
      return true;
    }
    if (isPatient) return this.#turn(gone, undefined);
    if (this.#waiting.size < this.#limits.queue) return this.#turn(gone, this.#waitMs);
    throw overloaded(this.#subgraph);
  }

  leave(): void {
    const next = this.#next();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #next(): (() => void) | undefined {
    const [first] = this.#waiting;
    const [patient] = this.#patient;
    this.#turns += 1;
    const isForThePatient = first === undefined || this.#turns >= turnsForOneOfThePatient;
    if (patient === undefined || !isForThePatient) return first;
    this.#turns = 0;
    return patient;
  }

  #turn(gone: Departure | undefined, waitMs: number | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiting = waitMs === undefined ? this.#patient : this.#waiting;
      const settle = (): void => {
        clearTimeout(overdue);
        waiting.delete(come);
        gone?.removeEventListener('abort', go);
      };
      const come = (): void => {
        settle();
        resolve(true);
      };
      const go = (): void => {
        settle();
        resolve(false);
      };
      const giveUp = (): void => {
        settle();
        reject(new CodedError('DEADLINE_EXCEEDED', `${this.#subgraph} did not answer in time.`));
      };
      const overdue = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
      waiting.add(come);
      gone?.addEventListener('abort', go, { once: true });
    });
  }
}

/** Each fetch passes it. */
export function bulkhead(
  fetch: SubgraphFetch,
  subgraph: string,
  { limits, waitMs }: { readonly limits: BulkheadLimits; readonly waitMs: number },
): SubgraphFetch {
  const room = new Bulkhead(subgraph, limits, waitMs);
  return async (request, scope): Promise<FetchAnswer> => {
    try {
      const entered = room.enter(scope.signal, scope.isEvent === true || scope.stream !== undefined);
      // Nobody is there any more to take what it would be answered.
      if (!(typeof entered === 'boolean' ? entered : await entered)) return { data: null };
    } catch (cause) {
      return notEntered(request.query, subgraph, cause);
    }
    try {
      return await fetch(request, scope);
    } finally {
      room.leave();
    }
  };
}

export function overloaded(subgraph: string): CodedError {
  return new CodedError('OVERLOADED', `${subgraph} has as much to do as it is given at once.`, {
    details: { subgraph, retryAfterSeconds: 1 },
  });
}

/** The answer of a fetch that did not get in; what was no reason of the bulkhead's is thrown again. */
export function notEntered(query: string, subgraph: string, cause: unknown): FetchAnswer {
  if (!(cause instanceof CodedError)) throw cause;
  const { code, message } = cause;
  if (code !== 'OVERLOADED') return failedFetch(query, { code, message, subgraph });
  return failedFetch(query, { code, message, subgraph }, { retryable: true, retryAfterSeconds: 1 });
}

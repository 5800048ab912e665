import { CodedError } from '@tributary/runtime/errors';
import { CallerGone, type Departure, Leaving } from '../execution/departure.ts';

/** How long somebody waits for a plan: until they leave, and not beyond the deadline of their operation. Scopes say it. */
export interface Waiting {
  readonly signal?: Departure | undefined;
  /** Of the clock that `performance.now()` reads. */
  readonly deadlineAtMs?: number | undefined;
}

/** Nobody waited any more when its turn came, so that it has not been made. Whoever comes then has it made. */
export class NobodyWaits extends CallerGone {}

/** One that is told of its deadline too; to be disposed of when nobody waits any more. Undefined for who waits to the end. */
export function departureOf({ signal, deadlineAtMs }: Waiting): (Departure & Disposable) | undefined {
  if (signal === undefined && deadlineAtMs === undefined) return undefined;
  return new WaitingOver(signal, deadlineAtMs);
}

class WaitingOver extends Leaving implements Disposable {
  readonly #signal: Departure | undefined;
  readonly #left: () => void;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(signal: Departure | undefined, deadlineAtMs: number | undefined) {
    super();
    this.#signal = signal;
    this.#left = () => this.abort(signal?.reason);
    if (signal?.aborted === true) this.#left();
    else signal?.addEventListener('abort', this.#left, { once: true });
    if (deadlineAtMs === undefined) return;
    const leftMs = deadlineAtMs - performance.now();
    if (leftMs <= 0) this.abort(late());
    else this.#timer = setTimeout(() => this.abort(late()), leftMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#left);
  }
}

function late(): CodedError {
  return new CodedError('DEADLINE_EXCEEDED', 'The operation was not planned in time.');
}

import type { ServerResponse } from 'node:http';
import { CodedError } from '@tributary/runtime';
import { Arrivals } from '../http/arrivals.ts';

/** Requests that came and are not answered, in whatever form they are to be. */
export class RequestsUnderWay {
  readonly #limit: number;
  readonly #arrivals = new Arrivals();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Counts a request until that is called which it answers, or its answer is out: one that is not taken holds as much as one that is not there yet. */
  enter(response: ServerResponse): () => void {
    const leave = this.#arrivals.enter(response.req, '', this.#count());
    response.once('close', leave);
    return leave;
  }

  /** Counts what was asked on a socket, until that is called which it answers. @throws CodedError OVERLOADED */
  enterOperation(): () => void {
    const leave = this.#count();
    try {
      this.refuseBeyond();
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** One that brings nothing gives its place to who would have none. @throws CodedError OVERLOADED when more entered than may. */
  refuseBeyond(): void {
    if (this.#size <= this.#limit || this.#arrivals.cutSlowest()) return;
    throw new CodedError('OVERLOADED', 'Too many requests are under way.', {
      details: { retryAfterSeconds: 1 },
    });
  }

  /** Ends those whose bodies arrive too slowly to wait for them. */
  cutSlow(): void {
    this.#arrivals.cutSlow();
  }

  #count(): () => void {
    this.#size += 1;
    let isCounted = true;
    return () => {
      if (isCounted) this.#size -= 1;
      isCounted = false;
    };
  }
}

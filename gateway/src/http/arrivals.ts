import type { IncomingMessage } from 'node:http';
import { hasBody } from '@tributary/subgraph-kit/request-stream';
import { answerUnreadable } from './unreadable-request.ts';

/** A body is given so long before anybody may have its place, milliseconds. */
const patienceMs = 1_000;
/** Of a body: whoever brings less takes a place for nothing. An ordinary request is there at once at this pace. */
const leastBytesPerSecond = 32_768;

interface Arrival {
  /** Whose place it is. */
  readonly owner: string;
  readonly sinceMs: number;
  /** Bytes that its connection had brought before. */
  readonly before: number;
  /** Gives its place back. */
  readonly leave: () => void;
}

/**
 * Requests that have a place among what is under way, and whose bodies may not be there yet. A place is for who brings bytes: where none is left, the one that brings the
 * fewest is cut, so that no number of slow connections keeps others out.
 */
export class Arrivals {
  readonly #nowMs: () => number;
  readonly #arriving = new Map<IncomingMessage, Arrival>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Notes a request that has just got its place; the answer gives the place back, once or more often. */
  enter(request: IncomingMessage, owner: string, leave: () => void): () => void {
    if (!hasBody(request)) return leave;
    const { bytesRead } = request.socket;
    const left = (): void => {
      this.#arriving.delete(request);
      leave();
    };
    this.#arriving.set(request, { owner, sinceMs: this.#nowMs(), before: bytesRead, leave: left });
    return left;
  }

  /** Ends all that are slow, as `cutSlowest` does: nobody waits for them who is about to leave. */
  cutSlow(): void {
    while (this.cutSlowest());
  }

  /** Makes room, among the places of one owner or of all: ends the slowest arrival with 408. False where none is slow. */
  cutSlowest(owner?: string): boolean {
    const nowMs = this.#nowMs();
    let slowest: IncomingMessage | undefined;
    let least = leastBytesPerSecond;
    for (const [request, { owner: of, sinceMs, before }] of this.#arriving) {
      if (request.complete || request.destroyed) {
        // It is there, and worked for.
        this.#arriving.delete(request);
        continue;
      }
      const tookMs = nowMs - sinceMs;
      if ((owner !== undefined && owner !== of) || tookMs < patienceMs) continue;
      const bytesPerSecond = ((request.socket.bytesRead - before) * 1_000) / tookMs;
      if (bytesPerSecond >= least) continue;
      least = bytesPerSecond;
      slowest = request;
    }
    if (slowest === undefined) return false;
    const place = this.#arriving.get(slowest);
    place?.leave();
    answerUnreadable({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, slowest.socket);
    return true;
  }
}

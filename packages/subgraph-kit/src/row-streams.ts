import { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';

/** In this process. Each stream reads the database part by part, for as long as its client likes to take. */
export const rowStreamLimits = { all: 64, perWorkspace: 16 } as const;

/**
 * Tables that are streamed at this moment. A workspace has some places, so that whoever asks for all it has a thousand times over, and reads none of it, leaves room to
 * the others; it waits for none of them, because a stream ends when its client wants it to.
 */
export class RowStreams {
  readonly #open = new Map<string, number>();
  #total = 0;

  /** Its place is free again when the stream ends, is destroyed or fails. @throws CodedError RATE_LIMITED, OVERLOADED */
  of(workspaceId: string, lines: AsyncIterable<Uint8Array>): Readable {
    const own = this.#open.get(workspaceId) ?? 0;
    const { all, perWorkspace } = rowStreamLimits;
    if (own >= perWorkspace)
      throw new CodedError('RATE_LIMITED', `A workspace reads ${perWorkspace} tables of rows at a time.`, {
        details: { limit: perWorkspace, retryAfterSeconds: 5 },
      });
    if (this.#total >= all)
      throw new CodedError('OVERLOADED', 'Too many tables of rows are read; try again in a moment.', {
        details: { retryAfterSeconds: 5 },
      });
    this.#total += 1;
    this.#open.set(workspaceId, own + 1);
    const stream = Readable.from(lines, { objectMode: false });
    stream.once('close', () => this.#leave(workspaceId));
    return stream;
  }

  #leave(workspaceId: string): void {
    const left = (this.#open.get(workspaceId) ?? 1) - 1;
    this.#total -= 1;
    if (left === 0) this.#open.delete(workspaceId);
    else this.#open.set(workspaceId, left);
  }
}

import { CodedError } from '@tributary/runtime';

/** More than this wait for one document only where something is wrong with whoever writes it. */
const mostInLine = 1_000;

interface Line {
  last: Promise<unknown>;
  length: number;
}

/**
 * Lets those who change one document in this process follow each other. Side by side they would read the same state, and of each round only
 * one would win; other processes are met by compare-and-set.
 */
export class DocumentTurns {
  readonly #lines = new Map<string, Line>();

  /** @throws CodedError OVERLOADED when too many wait already, and what `work` throws. */
  async run<Result>(document: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(document) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= mostInLine)
      throw new CodedError('OVERLOADED', 'Too many change the same document at once.');
    this.#lines.set(document, line);
    line.length += 1;
    const turn = line.last.then(work);
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(document);
    }
  }
}

import { write } from 'node:fs';

/** More than this waits only where nobody reads. */
const mostChars = 8 * 1024 * 1024;
/** Written at once. */
const chunkChars = 64 * 1024;
/** What is not blocked is asked again. */
const againMs = 100;
const newline = 0x0a;

interface Waiting {
  /** So many lines have to be done with. */
  readonly until: number;
  readonly done: () => void;
}

/**
 * Lines to a file descriptor, in order, without ever waiting for it: what cannot be written (a full disk), or waits for a reader that stands
 * still when there is no more room, is lost and counted, and the number is told as soon as it writes again. It throws nothing, and leaves
 * nothing to be done when the process exits.
 */
export class LogOutput {
  readonly #fd: number;
  readonly #tellLost: (count: number) => void;
  #lines: string[] = [];
  #chars = 0;
  #isWriting = false;
  /** Whoever read is gone. */
  #isGone = false;
  /** The last that was written ends within a line. */
  #isTorn = false;
  #lost = 0;
  #taken = 0;
  #done = 0;
  #waiting: Waiting[] = [];

  /** `tellLost` writes a line here. */
  constructor(fd: number, tellLost: (count: number) => void) {
    this.#fd = fd;
    this.#tellLost = tellLost;
  }

  write(line: string): void {
    if (this.#isGone) return;
    if (this.#chars + line.length > mostChars) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(line);
    this.#chars += line.length;
    this.#taken += 1;
    if (!this.#isWriting) this.#writeNext();
  }

  /** Whether all lines before are done with, after `limitMs` at the latest: written, or lost for good. */
  written(limitMs: number): Promise<boolean> {
    if (this.#done === this.#taken) return Promise.resolve(true);
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve(false);
      }, limitMs);
      const done = (): void => {
        clearTimeout(limit);
        resolve(true);
      };
      const waiting: Waiting = { until: this.#taken, done };
      this.#waiting.push(waiting);
    });
  }

  #writeNext(): void {
    let count = 0;
    let chars = 0;
    for (const { length } of this.#lines) {
      if (count > 0 && chars + length > chunkChars) break;
      count += 1;
      chars += length;
    }
    this.#isWriting = count > 0;
    if (count === 0) return;
    const text = this.#lines.splice(0, count).join('');
    this.#chars -= chars;
    this.#put(Buffer.from(this.#isTorn ? `\n${text}` : text), 0, count);
  }

  #put(bytes: Buffer, offset: number, count: number): void {
    write(this.#fd, bytes, offset, bytes.length - offset, null, (error, written) => {
      const end = offset + written;
      if (error?.code === 'EAGAIN') setTimeout(() => this.#put(bytes, offset, count), againMs);
      else if (error?.code === 'EPIPE') this.#giveUp();
      else if (error !== null) this.#lose(bytes, offset, count);
      else if (end < bytes.length) this.#put(bytes, end, count);
      else this.#wrote(count);
    });
  }

  #wrote(count: number): void {
    this.#isTorn = false;
    this.#finish(count);
    if (this.#lost > 0 && this.#chars < mostChars / 2) {
      const lost = this.#lost;
      this.#lost = 0;
      this.#tellLost(lost);
    }
    this.#writeNext();
  }

  #lose(bytes: Buffer, offset: number, count: number): void {
    if (offset > 0) this.#isTorn = bytes[offset - 1] !== newline;
    const kept = bytes.subarray(0, offset).filter((byte, at) => byte === newline && at > 0).length;
    this.#lost += count - kept;
    this.#finish(count);
    this.#writeNext();
  }

  #giveUp(): void {
    this.#isGone = true;
    this.#lines = [];
    this.#chars = 0;
    this.#finish(this.#taken - this.#done);
  }

  #finish(count: number): void {
    this.#done += count;
    const over = this.#waiting.filter(({ until }) => until <= this.#done);
    this.#waiting = this.#waiting.filter(({ until }) => until > this.#done);
    for (const { done } of over) done();
  }
}

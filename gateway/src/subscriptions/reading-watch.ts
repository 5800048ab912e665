import type { FrameWriter } from './frame-writer.ts';

/** `reads` what waits for it, or has nothing to read (`idle`); `rests`, and nothing has left for longer than is waited for (`gone`). */
export type Reading = 'reads' | 'idle' | 'rests' | 'gone';

/** Tells a client who reads slowly from one who does not read. */
export class ReadingWatch {
  readonly #writer: Pick<FrameWriter, 'leftBytes' | 'isBehind'>;
  readonly #patienceMs: number;
  /** What had left for the network when it last was more than before, and when that was. */
  #leftBytes = 0;
  #readAtMs: number;

  constructor(writer: Pick<FrameWriter, 'leftBytes' | 'isBehind'>, patienceMs: number, nowMs: number) {
    this.#writer = writer;
    this.#patienceMs = patienceMs;
    this.#readAtMs = nowMs;
  }

  /** To be asked every second or so. */
  at(nowMs: number): Reading {
    const { leftBytes, isBehind } = this.#writer;
    if (isBehind && leftBytes <= this.#leftBytes)
      return nowMs - this.#readAtMs > this.#patienceMs ? 'gone' : 'rests';
    this.#leftBytes = leftBytes;
    this.#readAtMs = nowMs;
    return isBehind ? 'reads' : 'idle';
  }
}

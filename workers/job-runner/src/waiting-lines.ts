import type { RunLogLine } from '@tributary/job-queue';
import { queueLimits } from '@tributary/job-queue/limits';

/** In UTF-16 code units, of messages and fields. */
const mostCharacters = 2_000_000;
/** Written at once: in UTF-8 they fit into one event, whatever they are written in. */
const linesAtOnce = 500;
const charactersAtOnce = 400_000;

interface Waiting {
  readonly line: RunLogLine;
  readonly characters: number;
}

/**
 * Lines that wait to be written, no more than the log of a run has. Whoever says more than it takes loses lines, not memory: the oldest of those that wait, because what was
 * said last tells how the work ended. A line in their place says how many they were.
 */
export class WaitingLines {
  #waiting: Waiting[] = [];
  #first = 0;
  #characters = 0;
  #leftOut = 0;

  get count(): number {
    return this.#waiting.length - this.#first;
  }

  add(line: RunLogLine): void {
    const characters = line.message.length + JSON.stringify(line.fields).length;
    this.#waiting.push({ line, characters });
    this.#characters += characters;
    while (this.count > queueLimits.logLines || this.#characters > mostCharacters) this.#leaveOut();
  }

  /** Writes those that wait now. What is said meanwhile waits for the next time, and may leave out some that waited. */
  async writeOut(write: (lines: readonly RunLogLine[]) => Promise<void>): Promise<void> {
    for (let waited = this.count; waited > 0; ) {
      const batch = this.take();
      if (batch.length === 0) return;
      waited -= batch.length;
      await write(batch);
    }
  }

  /** Those that are to be written next; they wait no longer. */
  take(): readonly RunLogLine[] {
    const next = this.#waiting[this.#first];
    if (next === undefined) return [];
    const lines = this.#leftOut === 0 ? [] : [leftOutLine(this.#leftOut, next.line.atMs)];
    this.#leftOut = 0;
    for (let characters = 0; lines.length < linesAtOnce && characters < charactersAtOnce; ) {
      const taken = this.#shift();
      if (taken === undefined) break;
      lines.push(taken.line);
      characters += taken.characters;
    }
    return lines;
  }

  /** Leaves out all but the last: there is time for one more writing only. */
  leaveOutAllBut(lines: number): void {
    while (this.count > lines) this.#leaveOut();
  }

  #leaveOut(): void {
    if (this.#shift() !== undefined) this.#leftOut += 1;
  }

  #shift(): Waiting | undefined {
    const taken = this.#waiting[this.#first];
    if (taken === undefined) return undefined;
    this.#first += 1;
    this.#characters -= taken.characters;
    if (this.#first >= 1_000 && this.#first * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}

function leftOutLine(count: number, atMs: number): RunLogLine {
  const lines = count === 1 ? '1 line was' : `${count} lines were`;
  return {
    level: 'WARN',
    message: `${lines} left out here: more was said than the log could take in that time.`,
    fields: { leftOut: count },
    atMs,
  };
}

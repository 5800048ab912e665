import { stat } from 'node:fs/promises';
import { CodedError } from '@tributary/runtime';
import type { ContainedEnd } from '../contained-process/contained-process.ts';
import type { FromRun, RunOrder } from './embedded-messages.ts';
import { fileTooLarge } from './file-too-large.ts';
import type { QueryProcess } from './query-process.ts';

type Message<Kind extends FromRun['kind']> = Extract<FromRun, { kind: Kind }>;

export interface RunBounds {
  readonly signal: AbortSignal;
  /** Of the file it writes. */
  readonly maxFileBytes: number;
  readonly onProgress: ((fraction: number) => void) | undefined;
}

const lookEveryMs = 50;

/**
 * One query in a process of its own. Whatever stops it (the signal, a size, memory, a crash) ends the process and rejects
 * whoever waits; nothing of a run outlives it.
 */
export class EmbeddedRun implements AsyncDisposable {
  readonly #process: QueryProcess;
  readonly #bounds: RunBounds;
  readonly #watch: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.#stop(this.#bounds.signal.reason);
  #waiting:
    | { kind: FromRun['kind']; resolve: (message: FromRun) => void; reject: (error: unknown) => void }
    | undefined;
  /** Messages nobody has asked for yet: the columns, and at most one page. */
  readonly #early: FromRun[] = [];
  #fault: unknown;
  #fraction = 0;

  constructor(order: RunOrder, process: QueryProcess, bounds: RunBounds) {
    const { signal } = bounds;
    this.#bounds = bounds;
    this.#process = process;
    process.ended.then((end) => this.#stop(errorOf(end)));
    const { output } = order;
    if (output.kind === 'file') this.#watch = setInterval(() => this.#weigh(output.path), lookEveryMs);
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
    process.give(order, (message) => this.#take(message));
  }

  askForPage(): void {
    this.#process.send({ kind: 'next' });
  }

  /** The next message of a kind; throws what stopped the run. One caller waits at a time. */
  async expect<Kind extends FromRun['kind']>(kind: Kind): Promise<Message<Kind>> {
    const at = this.#early.findIndex((message) => message.kind === kind);
    if (at >= 0) return this.#early.splice(at, 1)[0] as Message<Kind>;
    if (this.#fault !== undefined) throw this.#fault;
    return (await new Promise<FromRun>((resolve, reject) => {
      this.#waiting = { kind, resolve, reject };
    })) as Message<Kind>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop(new CodedError('CANCELLED', 'The query was cancelled.'));
    await this.#process.ended;
  }

  #take(message: FromRun): void {
    if (message.kind === 'progress') {
      if (message.fraction <= this.#fraction) return;
      this.#fraction = message.fraction;
      this.#bounds.onProgress?.(message.fraction);
    } else if (message.kind === 'failed') {
      this.#stop(new CodedError(message.code, message.message, { details: message.details }));
    } else if (this.#waiting?.kind === message.kind) {
      this.#waiting.resolve(message);
      this.#waiting = undefined;
    } else this.#early.push(message);
  }

  #weigh(path: string): void {
    const { maxFileBytes } = this.#bounds;
    // A file that is not there yet has no size.
    stat(path).then(
      ({ size }) => size > maxFileBytes && this.#stop(fileTooLarge(maxFileBytes)),
      () => undefined,
    );
  }

  /** The first reason counts. */
  #stop(fault: unknown): void {
    clearInterval(this.#watch);
    this.#bounds.signal.removeEventListener('abort', this.#onAbort);
    this.#fault ??= fault;
    this.#process.kill();
    this.#waiting?.reject(this.#fault);
    this.#waiting = undefined;
  }
}

function errorOf({ kind, said, wasTaken }: ContainedEnd): CodedError {
  const cause = new Error(`the process of the query ended (${wasTaken ? 'taken' : kind}): ${said}`);
  // A machine that is short of memory takes these processes first.
  if (wasTaken)
    return new CodedError('ENGINE_UNAVAILABLE', 'The query engine ended before its answer.', { cause });
  return kind === 'out-of-memory'
    ? new CodedError('QUERY_TOO_LARGE', 'The query needs more memory than it may have.', { cause })
    : new CodedError('INTERNAL', 'The query engine ended before its answer.', { cause });
}

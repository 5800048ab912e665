import { Worker } from 'node:worker_threads';
import { type Clock, CodedError } from '@tributary/runtime';

/** Updates to put together: `merge` one after the other, `compact` each piece in its place. */
export interface TextTask {
  readonly kind: 'merge' | 'compact';
  readonly updates: readonly Uint8Array<ArrayBuffer>[];
}

export type TextAnswer = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly fault: string };

interface Job {
  readonly task: TextTask;
  readonly options: TextTaskOptions;
  readonly settle: (answer: TextAnswer | CodedError) => void;
}

export interface TextTaskOptions {
  /** On whose account it runs: owners take turns. */
  readonly owner: string;
  readonly limitMs: number;
}

/** Tasks of one owner, and of all, that may wait. */
const waitingOfOwner = 16;
const waitingOfAll = 128;
/** An owner whose task took all its time does without the thread for so many times that: a core is not for one to keep. */
const restFactor = 20;
const mostResting = 10_000;
const idleMs = 30_000;
const heapMb = 256;

/**
 * A thread for texts that may take long to put together. Where an insertion goes follows from its neighbours, and among insertions that name
 * one left neighbour each may be compared with each (YATA, Nicolaescu et al. 2016): 60 KB can be written that take seconds, and no look at
 * them tells. So they are tried apart from everybody's thread, which is ended when their time is up. Owners take turns, so that one who sends
 * such updates waits for itself. The thread starts with the first task and ends when there is none for a while.
 */
export class TextThread {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Job[]>();
  readonly #restsUntilMs = new Map<string, number>();
  #waitingCount = 0;
  #running: Job | undefined;
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The one update that comes of the task.
   * @throws CodedError PAYLOAD_TOO_LARGE when it takes longer than `limitMs`, or too much memory; OVERLOADED.
   * @throws Error for updates that Yjs cannot put together.
   */
  run(task: TextTask, options: TextTaskOptions): Promise<Uint8Array> {
    const { owner } = options;
    if ((this.#restsUntilMs.get(owner) ?? 0) > this.#clock.now()) {
      const text = 'A text like this took too long a moment ago.';
      return Promise.reject(new CodedError('OVERLOADED', text));
    }
    const own = this.#waiting.get(owner) ?? [];
    if (own.length >= waitingOfOwner || this.#waitingCount >= waitingOfAll) {
      return Promise.reject(new CodedError('OVERLOADED', 'Too many texts are being put together.'));
    }
    return new Promise((resolve, reject) => {
      const settle: Job['settle'] = (answer) => {
        if (answer instanceof CodedError) reject(answer);
        else if ('fault' in answer) reject(new Error(answer.fault));
        else resolve(answer.bytes);
      };
      own.push({ task, options, settle });
      this.#waiting.set(owner, own);
      this.#waitingCount += 1;
      this.#next();
    });
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const [turn] = this.#waiting;
    clearTimeout(this.#timer);
    if (turn === undefined) {
      this.#timer = setTimeout(() => this.#end(), idleMs).unref();
      return;
    }
    const [owner, jobs] = turn;
    this.#running = jobs.shift();
    this.#waitingCount -= 1;
    this.#waiting.delete(owner);
    if (jobs.length > 0) this.#waiting.set(owner, jobs);
    // What is awaited keeps the process alive, an idle thread does not.
    this.#worker ??= this.#start();
    this.#worker.ref();
    if (this.#ready) this.#post();
  }

  #start(): Worker {
    const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = new Worker(new URL(`./text-program${suffix}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    worker.on('message', (message: 'ready' | TextAnswer) => {
      if (worker !== this.#worker) return;
      if (message !== 'ready') return this.#settle(message);
      this.#ready = true;
      this.#post();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (worker !== this.#worker) return;
      this.#end();
      this.#settle(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch('memory') : ended(error));
    });
    return worker;
  }

  /** The time starts with the work: starting the thread is ours. */
  #post(): void {
    const job = this.#running;
    if (job === undefined) return;
    this.#timer = setTimeout(() => {
      this.#end();
      this.#rest(job.options);
      this.#settle(tooMuch('time'));
    }, job.options.limitMs);
    this.#worker?.postMessage(
      job.task,
      job.task.updates.map(({ buffer }) => buffer),
    );
  }

  #settle(answer: TextAnswer | CodedError): void {
    const job = this.#running;
    clearTimeout(this.#timer);
    this.#worker?.unref();
    this.#running = undefined;
    job?.settle(answer);
    this.#next();
  }

  #rest({ owner, limitMs }: TextTaskOptions): void {
    const nowMs = this.#clock.now();
    for (const [each, untilMs] of this.#restsUntilMs) {
      if (untilMs > nowMs && this.#restsUntilMs.size < mostResting) continue;
      this.#restsUntilMs.delete(each);
    }
    this.#restsUntilMs.set(owner, nowMs + restFactor * limitMs);
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    void worker?.terminate();
  }
}

/** Not the update's fault: its sender keeps it, and tries again. */
function ended(cause: Error): CodedError {
  return new CodedError('OVERLOADED', 'The text could not be put together now.', { cause });
}

function tooMuch(what: 'time' | 'memory'): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `This text takes too much ${what} to be put together.`, {
    details: { field: 'update' },
  });
}

import { Worker } from 'node:worker_threads';
import { programBeside } from '@tributary/engines/contained-process/contained-process';

export type HashTask =
  | { readonly kind: 'add'; readonly hash: number; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'copy'; readonly hash: number; readonly to: number }
  /** Both end the hash. */
  | { readonly kind: 'digest' | 'drop'; readonly hash: number };

/** A digest in hex, null for what has none. */
export type HashAnswer = string | null;

/** It holds hashes; the bytes it is given are no part of its heap. */
const heapMb = 32;
const idleMs = 30_000;

/**
 * Takes SHA-256 on a thread of its own: a third of the work on the bytes of an upload, which would hold up everybody else's. Tasks are done and answered
 * in their order. A hash cannot be moved, so the thread stays while it has one, and a while longer; an idle one keeps no process alive.
 */
export class HashThread {
  readonly #worker: Worker;
  readonly #waiting: ((answer: HashAnswer) => void)[] = [];
  readonly #hashes = new Set<number>();
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;
  #hasEnded = false;
  #ids = 0;

  constructor(options: { readonly idleMs?: number } = {}) {
    this.#idleMs = options.idleMs ?? idleMs;
    this.#worker = new Worker(programBeside(import.meta.url, 'hash-program'), {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: HashAnswer) => {
      this.#waiting.shift()?.(answer);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    // Whoever has a hash here does without it.
    this.#worker.on('error', () => undefined);
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      for (const answer of this.#waiting.splice(0)) answer(null);
    });
  }

  /** Its hashes are lost. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Names a hash, which is that of nothing. */
  newHash(): number {
    clearTimeout(this.#idle);
    this.#ids += 1;
    this.#hashes.add(this.#ids);
    return this.#ids;
  }

  /** Null as well when the thread has ended. `transfer`: what is the thread's from now on. */
  do(task: HashTask, transfer: readonly ArrayBuffer[] = []): Promise<HashAnswer> {
    if (this.#hasEnded) return Promise.resolve(null);
    this.#worker.postMessage(task, transfer);
    this.#worker.ref();
    if (task.kind === 'digest' || task.kind === 'drop') this.#ended(task.hash);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #ended(hash: number): void {
    this.#hashes.delete(hash);
    if (this.#hashes.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#hasEnded = true;
      void this.#worker.terminate();
    }, this.#idleMs).unref();
  }
}

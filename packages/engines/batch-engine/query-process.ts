import {
  type ContainedEnd,
  ContainedProcess,
  programBeside,
} from '../contained-process/contained-process.ts';
import type { FromRun, ToRun } from './embedded-messages.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';

/** A process for one query, in the folder of that query: started, told nothing yet. */
export class QueryProcess implements AsyncDisposable {
  readonly folder: RunFolder;
  readonly ended: Promise<ContainedEnd>;
  /** Resolves when the process is loaded, or has ended before. */
  readonly ready: Promise<unknown>;
  readonly #process: ContainedProcess<ToRun, FromRun>;
  #onMessage: (message: FromRun) => void = () => undefined;
  #isOver = false;

  private constructor(folder: RunFolder, memoryBytes: number) {
    this.folder = folder;
    const program = programBeside(import.meta.url, 'embedded-child');
    let loaded: (() => void) | undefined;
    const loading = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    this.#process = new ContainedProcess({ program, memoryBytes, workDir: folder.dir }, (message) => {
      if (message.kind === 'ready') loaded?.();
      else this.#onMessage(message);
    });
    this.ended = this.#process.ended;
    this.ready = Promise.race([loading, this.ended]);
    this.ended.then(() => {
      this.#isOver = true;
    });
  }

  /** @param memoryBytes resident memory of the whole process */
  static async start(memoryBytes: number): Promise<QueryProcess> {
    return new QueryProcess(await makeRunFolder(), memoryBytes);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Hands the process its order; from now on it is this query's alone. */
  give(order: ToRun, onMessage: (message: FromRun) => void): void {
    this.#onMessage = onMessage;
    this.#process.send(order);
  }

  send(message: ToRun): void {
    this.#process.send(message);
  }

  kill(): void {
    this.#process.kill();
  }

  unref(): void {
    this.#process.unref();
  }

  /** Ends the process and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

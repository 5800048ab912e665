import type { Job } from './define-job.ts';
import type { Execution } from './execution.ts';

/** Jobs that are executed in one way, and how many of their runs at once. */
export class Lane {
  readonly jobs: readonly string[];
  readonly execute: Execution;
  readonly #size: number;
  #busy = 0;

  constructor(jobs: readonly Job[], execute: Execution, size: number) {
    this.jobs = jobs.map(({ name }) => name);
    this.execute = execute;
    this.#size = size;
  }

  get free(): number {
    return this.jobs.length === 0 ? 0 : this.#size - this.#busy;
  }

  enter(): void {
    this.#busy += 1;
  }

  leave(): void {
    this.#busy -= 1;
  }
}

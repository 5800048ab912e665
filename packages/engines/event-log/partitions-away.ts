import { CodedError } from '@tributary/runtime';
import { partitionOf } from './partitioner.ts';
import type { LogEvent } from './port.ts';

/** What an append could not write to, while it stored everything else. */
export class PartitionsAway extends CodedError {
  readonly #partitions: ReadonlySet<number>;
  readonly #of: number;

  constructor(
    partitions: readonly number[],
    { of, cause }: { readonly of: number; readonly cause: CodedError },
  ) {
    super(cause.code, cause.message, { cause, details: cause.details });
    this.#partitions = new Set(partitions);
    this.#of = of;
  }

  /** Whether an event would be in one of them. */
  concerns({ partitionkey }: LogEvent): boolean {
    return this.#partitions.has(partitionOf(partitionkey, this.#of));
  }
}

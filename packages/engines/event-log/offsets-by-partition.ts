import type { LogRecord } from './port.ts';

export type Place = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

/** Something known of single records, forgotten partition by partition as those go on. */
export class OffsetsByPartition<Known> {
  readonly #partitions = new Map<string, Map<number, Known>>();

  get(place: Place): Known | undefined {
    return this.#partitions.get(keyOf(place))?.get(place.offset);
  }

  set(place: Place, known: Known): void {
    const key = keyOf(place);
    const offsets = this.#partitions.get(key) ?? new Map<number, Known>();
    this.#partitions.set(key, offsets.set(place.offset, known));
  }

  /** All of the place's partition, as of now. */
  of(place: Place): readonly (readonly [number, Known])[] {
    return [...(this.#partitions.get(keyOf(place)) ?? [])];
  }

  delete(place: Place): void {
    const key = keyOf(place);
    const offsets = this.#partitions.get(key);
    offsets?.delete(place.offset);
    if (offsets?.size === 0) this.#partitions.delete(key);
  }

  /** The place itself too. */
  deleteUntil(last: Place): void {
    for (const [offset] of this.of(last)) if (offset <= last.offset) this.delete({ ...last, offset });
  }
}

function keyOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}

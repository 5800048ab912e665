import { CodedError } from '@tributary/runtime';
import type { RealTimeFigures } from './real-time-figures.ts';

export interface HeldBounds {
  /** Of all subscriptions of one owner. */
  readonly ofOwner: number;
  readonly ofAll: number;
}

/** What a subscription in force holds, in bytes. */
export interface HeldOperation {
  /** Names the operation, which equal subscriptions hold together. */
  readonly key: string;
  readonly operationBytes: number;
  /** Of what is its own: its variables. */
  readonly ownBytes: number;
}

type HeldFigures = Pick<RealTimeFigures, 'heldBytes' | 'heldLimitBytes'>;

/** What subscriptions in force hold of memory for as long as they are: their operations, each once however many ask the same, and their variables. */
export class HeldOperations {
  readonly #bounds: HeldBounds;
  readonly #figures: HeldFigures;
  readonly #byOwner = new Map<string, Holding>();
  readonly #all = new Holding();

  constructor(bounds: HeldBounds, figures: HeldFigures) {
    this.#bounds = bounds;
    this.#figures = figures;
    figures.heldLimitBytes.set(bounds.ofAll);
    figures.heldBytes.set(0);
  }

  /** Counts a subscription in; the answer counts it out, once. @throws CodedError TOO_MANY_CONNECTIONS, or OVERLOADED where others hold the most */
  enter(owner: string, held: HeldOperation): () => void {
    const ofOwner = this.#byOwner.get(owner) ?? new Holding();
    const { ofOwner: limitBytes, ofAll } = this.#bounds;
    if (ofOwner.with(held) > limitBytes)
      throw new CodedError(
        'TOO_MANY_CONNECTIONS',
        'Your subscriptions hold more than they may, with their texts and variables.',
        { details: { heldBytes: ofOwner.with(held), limitBytes } },
      );
    if (this.#all.with(held) > ofAll)
      throw new CodedError('OVERLOADED', 'Subscriptions hold all they may, with their texts and variables.', {
        details: { retryAfterSeconds: 5 },
      });
    this.#byOwner.set(owner, ofOwner);
    ofOwner.add(held);
    this.#all.add(held);
    this.#figures.heldBytes.set(this.#all.sizeBytes);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      ofOwner.remove(held);
      this.#all.remove(held);
      this.#figures.heldBytes.set(this.#all.sizeBytes);
      if (ofOwner.isEmpty) this.#byOwner.delete(owner);
    };
  }
}

class Holding {
  readonly #holders = new Map<string, number>();
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  with({ key, operationBytes, ownBytes }: HeldOperation): number {
    return this.#sizeBytes + ownBytes + (this.#holders.has(key) ? 0 : operationBytes);
  }

  add(held: HeldOperation): void {
    this.#sizeBytes = this.with(held);
    this.#holders.set(held.key, (this.#holders.get(held.key) ?? 0) + 1);
  }

  remove({ key, operationBytes, ownBytes }: HeldOperation): void {
    const left = (this.#holders.get(key) ?? 1) - 1;
    if (left > 0) this.#holders.set(key, left);
    else this.#holders.delete(key);
    this.#sizeBytes -= ownBytes + (left > 0 ? 0 : operationBytes);
  }
}

const entryBytes = 64;
const textEntryBytes = 32;
const scalarBytes = 16;

/** About what a value that came as JSON takes of memory, however deep it is nested. */
export function valueBytes(value: unknown): number {
  let bytes = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') bytes += textEntryBytes + 2 * next.length;
    else if (typeof next !== 'object' || next === null) bytes += scalarBytes;
    else {
      bytes += entryBytes;
      for (const [key, inner] of Object.entries(next)) {
        if (!Array.isArray(next)) bytes += textEntryBytes + 2 * key.length;
        waiting.push(inner);
      }
    }
  }
  return bytes;
}

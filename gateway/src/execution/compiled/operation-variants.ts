import { SizedCache } from '../../planning/sized-cache.ts';
import type { OperationVariant } from './operation-variant.ts';

/** Of one supergraph: those of a thousand operations of a kilobyte. */
const limitBytes = 128 * 1024 * 1024;

/**
 * The variants of all operations of a supergraph. An operation has one for each combination of its deciding variables; clients send few of the 2ⁿ there are,
 * and whoever sends many has them made anew. Together they are bounded by what they take of memory.
 */
export class OperationVariants {
  readonly #variants = new SizedCache<OperationVariant>(limitBytes);
  #operations = 0;

  /** Tells the variants of one operation from those of others. */
  operation(): string {
    this.#operations += 1;
    return String(this.#operations);
  }

  getOrMake(key: string, make: () => OperationVariant): OperationVariant {
    return this.#variants.getOrMake(key, make, ({ sizeBytes }) => sizeBytes);
  }

  /** Makes one that nobody has asked for yet. False where there is no room for it. */
  makeAhead(key: string, make: () => OperationVariant): boolean {
    if (this.#variants.peek(key) !== undefined) return true;
    const variant = make();
    return this.#variants.setUnused(key, variant, variant.sizeBytes);
  }

  /** More was compiled of it since it was made. */
  grew(variant: OperationVariant): void {
    this.#variants.resize(variant.key, variant, variant.sizeBytes);
  }
}

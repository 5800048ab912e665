import { SizedCache } from '@tributary/runtime';
import { SharedPlans } from '../../planning/shared-plans.ts';
import type { Waiting } from '../../planning/waiting.ts';
import type { Departure } from '../departure.ts';
import type { OperationVariant } from './operation-variant.ts';

/** Of one supergraph: those of a thousand operations of a kilobyte. */
const limitBytes = 128 * 1024 * 1024;

/**
 * The variants of all operations of a supergraph. An operation has one for each combination of its deciding variables; clients send few of the 2ⁿ there are,
 * and whoever sends many has them made anew. Together they are bounded by what they take of memory.
 */
export class OperationVariants {
  readonly #variants = new SizedCache<OperationVariant>(limitBytes);
  readonly #underWay = new SharedPlans<OperationVariant>();
  #operations = 0;

  /** Tells the variants of one operation from those of others. */
  operation(): string {
    this.#operations += 1;
    return String(this.#operations);
  }

  get(key: string): OperationVariant | undefined {
    return this.#variants.get(key);
  }

  /** Makes one that is not there, once for all who ask for it meanwhile. @throws as `SharedPlans` does */
  make(
    key: string,
    make: (everybodyGone: Departure) => Promise<OperationVariant>,
    waiting?: Waiting,
  ): Promise<OperationVariant> {
    const made = async (everybodyGone: Departure): Promise<OperationVariant> => {
      const variant = await make(everybodyGone);
      this.#variants.set(key, variant, variant.sizeBytes);
      return variant;
    };
    return this.#underWay.share(key, made, waiting);
  }

  /** Makes one that nobody has asked for yet. False where there is no room for it. */
  async makeAhead(key: string, make: () => Promise<OperationVariant>): Promise<boolean> {
    if (this.#variants.peek(key) !== undefined || this.#underWay.has(key)) return true;
    const variant = await make();
    // Somebody may have asked meanwhile.
    if (this.#variants.peek(key) !== undefined) return true;
    return this.#variants.setUnused(key, variant, variant.sizeBytes);
  }

  /** More was compiled of it since it was made. */
  grew(variant: OperationVariant): void {
    this.#variants.resize(variant.key, variant, variant.sizeBytes);
  }
}

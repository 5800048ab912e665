import { addUsage, lockUsage } from '../adapters/usage-table.ts';
import { noteVariantSize, type UnsizedVariant, unsizedVariants } from '../adapters/variants-table.ts';
import type { FilesCore } from '../core.ts';
import type { Faults } from './faults.ts';

const batch = 100;

/**
 * Counts variants that were kept before anybody noted what they take: they are the workspace's bytes as those made since, also where that passes its quota. One
 * whose object was lost takes nothing; it is looked at again by the next sweep, until it is made anew.
 */
export async function sizeVariants({ relational, objects }: FilesCore, faults: Faults): Promise<number> {
  let sized = 0;
  let after: UnsizedVariant | undefined;
  do {
    const variants = await unsizedVariants(relational, after, batch);
    for (const variant of variants)
      await faults.past(async () => {
        const head = await objects.head(variant.key);
        if (head === undefined || head.sizeBytes === 0) return;
        const { sizeBytes } = head;
        const noted = await relational.transaction(async (tx) => {
          await lockUsage(tx, variant.workspaceId);
          if (!(await noteVariantSize(tx, variant, sizeBytes))) return false;
          await addUsage(tx, variant.workspaceId, sizeBytes);
          return true;
        });
        if (noted) sized += 1;
      });
    after = variants.length < batch ? undefined : variants.at(-1);
  } while (after !== undefined);
  return sized;
}

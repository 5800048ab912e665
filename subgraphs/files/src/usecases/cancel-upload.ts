import { CodedError, isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { lockUpload, removeUpload } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import { freeUpload } from './discard-upload.ts';
import { isOwnPut } from './presigned-upload.ts';

/**
 * Ends a presigned upload of the caller's. With its row go its URL and what it reserved; whoever is putting bytes there finds no row to say so in.
 * @throws CodedError NOT_FOUND, or STATE_CONFLICT for what is a file already
 */
export async function cancelUpload(
  core: FilesCore,
  principal: Principal,
  id: string,
): Promise<{ readonly id: string }> {
  const upload = await core.relational.transaction(async (tx) => {
    const found = isId(id) ? await lockUpload(tx, id) : undefined;
    if (!isOwnPut(found, principal)) throw new CodedError('NOT_FOUND', 'There is no such upload.');
    if (found.state === 'COMPLETED')
      throw new CodedError(
        'STATE_CONFLICT',
        'This upload is a file already: put that into the trash instead.',
      );
    await removeUpload(tx, id);
    return found;
  });
  // No row names its bytes any more: what a store that is away keeps of them is the sweeper's.
  await freeUpload(core, upload).catch(() => undefined);
  return { id };
}

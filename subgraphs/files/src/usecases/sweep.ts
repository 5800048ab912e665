import { rewrapDataKeys } from '../adapters/data-keys.ts';
import { ownCause } from '../adapters/events.ts';
import { longTrashed } from '../adapters/files-table.ts';
import { removeExpiredLinks } from '../adapters/links-table.ts';
import { objectsPrefix } from '../adapters/object-keys.ts';
import { expiredUploads, unnamedObjects } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import { discardExpired } from './discard-upload.ts';
import { removeFile } from './remove-file.ts';
import { sizeVariants } from './size-variants.ts';

export interface Swept {
  readonly uploads: number;
  readonly trashed: number;
  readonly links: number;
  readonly objects: number;
}

const batch = 100;
/** So much of a sort is removed in one sweep; the next one goes on. */
const mostBatches = 100;
const dayMs = 86_400_000;
/** The engine's own unfinished uploads are younger than their rows by moments, and live as long: a day and a margin. */
const forgottenMs = 26 * 3_600_000;

/**
 * Removes what nobody can ask for any more: uploads whose time is over, what lay in the trash for long, links that ended, and
 * objects that no row names (a crash came between the rows and the bytes). Any number of processes may sweep.
 */
export async function sweep(core: FilesCore): Promise<Swept> {
  const uploads = await inBatches(() => sweepUploads(core));
  const trashed = await inBatches(() => sweepTrash(core));
  const links = await inBatches(() =>
    removeExpiredLinks(core.relational, new Date(core.clock.now() - dayMs), batch),
  );
  await abortForgotten(core);
  await inBatches(() => rewrapDataKeys(core, batch));
  await sizeVariants(core);
  return { uploads, trashed, links, objects: await sweepObjects(core) };
}

async function inBatches(work: () => Promise<number>): Promise<number> {
  let done = 0;
  for (let round = 0; round < mostBatches; round += 1) {
    const count = await work();
    done += count;
    if (count < batch) break;
  }
  return done;
}

async function sweepUploads(core: FilesCore): Promise<number> {
  const now = new Date(core.clock.now());
  const expired = await expiredUploads(core.relational, now, batch);
  for (const { id } of expired) await discardExpired(core, id, now);
  return expired.length;
}

async function sweepTrash(core: FilesCore): Promise<number> {
  const before = new Date(core.clock.now() - core.settings.trashDays * dayMs);
  const files = await longTrashed(core.relational, before, batch);
  for (const { workspaceId, id } of files) await removeFile(core, ownCause(workspaceId, core.clock), { id });
  return files.length;
}

/** Uploads in parts that no row knows: their process died between the engine's answer and the row. */
async function abortForgotten({ objects, clock, relational }: FilesCore): Promise<void> {
  const unfinished = await objects.unfinishedUploads(clock.now() - forgottenMs, batch);
  if (unfinished.length === 0) return;
  const unnamed = new Set(
    await unnamedObjects(
      relational,
      unfinished.map(({ key }) => key),
    ),
  );
  for (const upload of unfinished) if (unnamed.has(upload.key)) await objects.abortUpload(upload);
}

/** A tail is an object before its row names it, for moments; after so long nobody is about to write that row. */
const settledMs = 30 * 60_000;

/** Each page is listed before rows are asked: what no row names then, and is no new object, none ever will. */
async function sweepObjects({ objects, relational, clock }: FilesCore): Promise<number> {
  let removed = 0;
  let after: string | undefined;
  do {
    const page = await objects.list({ prefix: objectsPrefix, after, limit: 1_000 });
    const settled = page.objects.filter(({ lastModifiedMs }) => lastModifiedMs <= clock.now() - settledMs);
    const keys = settled.map(({ key }) => key);
    for (const key of await unnamedObjects(relational, keys)) {
      await objects.delete(key);
      removed += 1;
    }
    after = page.next;
  } while (after !== undefined);
  return removed;
}

import { CodedError } from '@tributary/runtime';
import { rewrapDataKeys } from '../adapters/data-keys.ts';
import { ownCause } from '../adapters/events.ts';
import { longTrashed } from '../adapters/files-table.ts';
import { removeExpiredLinks } from '../adapters/links-table.ts';
import { objectsPrefix } from '../adapters/object-keys.ts';
import { ownsStore } from '../adapters/store-owner.ts';
import { expiredUploads, unnamedObjects } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import { discardExpired } from './discard-upload.ts';
import { Faults } from './faults.ts';
import { removeFile } from './remove-file.ts';
import { sizeVariants } from './size-variants.ts';

export interface Swept {
  readonly uploads: number;
  readonly trashed: number;
  readonly links: number;
  /** 0 where the store is not this database's alone. */
  readonly objects: number;
  /** False where another database keeps its files in the store too: what no row here names may be named there, and is left. */
  readonly isOwner: boolean;
}

const batch = 100;
/** So much of a sort is removed in one sweep; the next one goes on. */
const mostBatches = 100;
const dayMs = 86_400_000;
/** The engine's own unfinished uploads are younger than their rows by moments, and live as long: a day and a margin. */
const forgottenMs = 26 * 3_600_000;

/**
 * Removes what nobody can ask for any more: uploads whose time is over, what lay in the trash for long, links that ended, and
 * objects that no row names (a crash came between the rows and the bytes). Any number of processes may sweep. What cannot be removed keeps nothing else back.
 * @throws the first fault, when all that could be done is
 */
export async function sweep(core: FilesCore): Promise<Swept> {
  const faults = new Faults();
  const { relational, clock } = core;
  const uploads = await faults.past(() => inBatches(() => sweepUploads(core, faults)));
  const trashed = await faults.past(() => inBatches(() => sweepTrash(core, faults)));
  const links = await faults.past(() =>
    inBatches(async () => {
      const done = await removeExpiredLinks(relational, new Date(clock.now() - dayMs), batch);
      return { found: done, done };
    }),
  );
  await faults.past(() => sizeVariants(core, faults));
  const isOwner = await faults.past(() => ownsStore(core.store, relational));
  if (isOwner === true) await faults.past(() => abortForgotten(core, faults));
  const objects = isOwner === true ? await faults.past(() => sweepObjects(core, faults)) : 0;
  await faults.past(() => rewrapDataKeys(core));
  faults.throwFirst();
  return {
    uploads: uploads ?? 0,
    trashed: trashed ?? 0,
    links: links ?? 0,
    objects: objects ?? 0,
    isOwner: isOwner ?? false,
  };
}

interface Round {
  readonly found: number;
  readonly done: number;
}

/** Goes on while there is more, and some of it can be done. */
async function inBatches(work: () => Promise<Round>): Promise<number> {
  let total = 0;
  for (let round = 0; round < mostBatches; round += 1) {
    const { found, done } = await work();
    total += done;
    if (found < batch || done === 0) break;
  }
  return total;
}

async function sweepUploads(core: FilesCore, faults: Faults): Promise<Round> {
  const now = new Date(core.clock.now());
  const found = await expiredUploads(core.relational, now, batch);
  let done = 0;
  for (const { id } of found)
    await faults.past(async () => {
      await discardExpired(core, id, now);
      done += 1;
    });
  return { found: found.length, done };
}

async function sweepTrash(core: FilesCore, faults: Faults): Promise<Round> {
  const before = new Date(core.clock.now() - core.settings.trashDays * dayMs);
  const found = await longTrashed(core.relational, before, batch);
  let done = 0;
  for (const { workspaceId, id } of found)
    await faults.past(async () => {
      await removeFile(core, ownCause(workspaceId, core.clock), { id }).catch(passWhatAnotherDid);
      done += 1;
    });
  return { found: found.length, done };
}

/** Another process removed it meanwhile, or somebody took it out of the trash. */
function passWhatAnotherDid(error: unknown): void {
  if (!(error instanceof CodedError) || !['NOT_FOUND', 'STATE_CONFLICT'].includes(error.code)) throw error;
}

/** Uploads in parts that no row knows: their process died between the engine's answer and the row. */
async function abortForgotten({ objects, clock, relational }: FilesCore, faults: Faults): Promise<void> {
  const unfinished = await objects.unfinishedUploads(clock.now() - forgottenMs, batch);
  if (unfinished.length === 0) return;
  const unnamed = new Set(
    await unnamedObjects(
      relational,
      unfinished.map(({ key }) => key),
    ),
  );
  for (const upload of unfinished)
    if (unnamed.has(upload.key)) await faults.past(() => objects.abortUpload(upload));
}

/** A tail is an object before its row names it, for moments; after so long nobody is about to write that row. */
const settledMs = 30 * 60_000;

/** Each page is listed before rows are asked: what no row names then, and is no new object, none ever will. */
async function sweepObjects({ objects, relational, clock }: FilesCore, faults: Faults): Promise<number> {
  let removed = 0;
  let after: string | undefined;
  do {
    const page = await objects.list({ prefix: objectsPrefix, after, limit: 1_000 });
    const settled = page.objects.filter(({ lastModifiedMs }) => lastModifiedMs <= clock.now() - settledMs);
    const keys = settled.map(({ key }) => key);
    for (const key of await unnamedObjects(relational, keys))
      await faults.past(async () => {
        await objects.delete(key);
        removed += 1;
      });
    after = page.next;
  } while (after !== undefined);
  return removed;
}

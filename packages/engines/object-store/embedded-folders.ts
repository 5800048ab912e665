import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { ensureFolder, hasCode, syncFolder } from '../durable-files.ts';

/**
 * Where things lie:
 *   objects/<segment>/…/<segment>@/<n>   one file a version, n from 1; the highest is the newest
 *   uploads/<id>.json                    an upload in parts, from its beginning until it is completed or aborted
 *   parts/<id>/<number>                  its parts, as long as they may change
 *   bodies/<id>/<number>, …/version      parts that are an object, or become one: `version` gets a second name among the objects
 *   temporary/<process>.<kind>-<…>       drafts, and what is on its way out
 * Everything gets its name by link or rename, complete, so that nothing half done can be found.
 */
export interface StoreFolders {
  readonly objects: string;
  readonly uploads: string;
  readonly parts: string;
  readonly bodies: string;
  readonly temporary: string;
}

const format = 'tributary objects 1\n';
const folderNames = ['objects', 'uploads', 'parts', 'bodies', 'temporary'] as const;
/** Who may still be writing: the machine, the process, and when it started, since process ids come again. */
const machine = Buffer.from(hostname()).toString('hex').slice(0, 64);
const ownName = `${machine}-${process.pid}-${Math.round(performance.timeOrigin)}`;

/** Opens or makes the folder of a store. @throws CodedError CONFIG_INVALID when it belongs to something else. */
export async function openFolders(root: string): Promise<StoreFolders> {
  await ensureFolder(root);
  await checkFormat(root);
  for (const name of folderNames) await ensureFolder(join(root, name));
  await syncFolder(root);
  const [objects, uploads, parts, bodies, temporary] = folderNames.map((name) => join(root, name));
  return { objects, uploads, parts, bodies, temporary } as StoreFolders;
}

/** A new path for something incomplete; the kind says what becomes of it when it is found after a crash. */
export function temporaryPath({ temporary }: StoreFolders, kind: TemporaryKind, id?: string): string {
  return join(temporary, `${ownName}.${kind}-${id ?? randomBytes(12).toString('hex')}`);
}

/** `draft`: not yet anything. `gone`: a version taken out. `body`: parts of one. `upload`: parts of an upload that is being aborted. */
export type TemporaryKind = 'draft' | 'gone' | 'body' | 'upload';

export interface TemporaryName {
  readonly kind: TemporaryKind;
  readonly id: string;
  /** False when whoever made it is known to be gone. */
  readonly mayBeInUse: boolean;
}

export function readTemporaryName(name: string): TemporaryName | undefined {
  const [, owner, pid, startedAt, kind, id] =
    /^([0-9a-f]*)-(\d+)-(\d+)\.(draft|gone|body|upload)-([0-9a-f-]+)$/.exec(name) ?? [];
  if (owner === undefined || pid === undefined || kind === undefined || id === undefined) return undefined;
  const isOwn = `${owner}-${pid}-${startedAt}` === ownName;
  const mayBeInUse = isOwn || owner !== machine || (Number(pid) !== process.pid && isAlive(Number(pid)));
  return { kind: kind as TemporaryKind, id, mayBeInUse };
}

/** False when there was nothing to move. */
export async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function checkFormat(root: string): Promise<void> {
  const path = join(root, 'format');
  try {
    await writeFile(path, format, { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const found = await readFile(path, 'utf8');
  // Cut short when another process is writing it, or was killed then.
  if (format.startsWith(found)) return;
  throw new CodedError('CONFIG_INVALID', `${root} holds something else than objects of this version.`, {
    details: { path: root },
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CodedError } from '@tributary/runtime';

/** Who the server runs as: this process's own user, or a named one when this process is root (PostgreSQL refuses root). */
export type ServerUser =
  | { readonly kind: 'self' }
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number };

/** @throws CodedError CONFIG_INVALID for root on a machine without an unprivileged account. */
export async function chooseServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account !== undefined) return { kind: 'other', uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new CodedError(
    'CONFIG_INVALID',
    'PostgreSQL does not run as root, and there is no user postgres or nobody; start as an ordinary user.',
  );
}

/** True when `user` may pass through every folder on the way to `path`, itself included. */
export async function isTraversable(path: string, user: ServerUser): Promise<boolean> {
  return (await firstBarrier(path, user)) === undefined;
}

/** The innermost folder, from `path` upwards, that `user` may not pass through. */
export async function firstBarrier(path: string, user: ServerUser): Promise<string | undefined> {
  if (user.kind === 'self') return undefined;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = await stat(folder);
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId, newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { linkEvent } from '../adapters/events.ts';
import { filesById } from '../adapters/files-table.ts';
import { insertLink, lockLink, setLinkRevoked } from '../adapters/links-table.ts';
import { versionByNumber } from '../adapters/versions-table.ts';
import { causeOf, type FilesCore, nowText } from '../core.ts';
import type { ContentFacts, LinkRecord } from '../domain/file.ts';
import { noSuchFile } from './failures.ts';

export const downloadPrefix = '/files/d/';

/** The seconds asked for, within bounds. @throws CodedError BAD_USER_INPUT */
export function lifetimeSeconds(
  asked: number | null | undefined,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const seconds = asked ?? usual;
  if (seconds < least || seconds > most)
    throw new CodedError('BAD_USER_INPUT', `expiresInSeconds is ${least} to ${most}.`, {
      details: { argument: 'expiresInSeconds' },
    });
  return seconds;
}

/** Whether bytes may be served at all: nothing that waits for its scan or was found infected ever is. */
export function isServed(core: FilesCore, { state, scan }: Pick<ContentFacts, 'state' | 'scan'>): boolean {
  if (state !== 'AVAILABLE') return false;
  return scan === 'CLEAN' || core.settings.unscanned === 'serve';
}

/** @throws CodedError NOT_FOUND, BAD_USER_INPUT */
export async function createDownloadLink(
  core: FilesCore,
  principal: Principal,
  input: {
    readonly fileId: string;
    readonly versionNumber?: number | null | undefined;
    readonly expiresInSeconds?: number | null | undefined;
    readonly inline?: boolean | undefined;
  },
): Promise<LinkRecord> {
  const { workspaceId } = principal;
  const seconds = lifetimeSeconds(input.expiresInSeconds, { least: 60, most: 86_400, usual: 3_600 });
  return core.relational.transaction(async (tx) => {
    const [file] = isId(input.fileId) ? await filesById(tx, workspaceId, [input.fileId]) : [];
    if (file === undefined || file.trashedAt !== null) throw noSuchFile();
    const number = input.versionNumber ?? file.versionNumber;
    const version = await versionByNumber(tx, workspaceId, { fileId: file.id, number });
    if (version === undefined) throw new CodedError('NOT_FOUND', 'The file has no such version.');
    const link: LinkRecord = {
      id: newId(),
      fileId: file.id,
      versionId: version.id,
      versionNumber: version.number,
      inline: input.inline ?? false,
      createdBy: principal.id,
      createdAt: nowText(core),
      expiresAt: new Date(core.clock.now() + seconds * 1_000).toISOString(),
      revokedAt: null,
    };
    await insertLink(tx, workspaceId, { ...link, createdByKind: principal.kind });
    await writeOutbox(tx, [linkEvent(causeOf(core, principal), 'created', link)]);
    return link;
  });
}

/** @throws CodedError NOT_FOUND */
export async function revokeDownloadLink(
  core: FilesCore,
  principal: Principal,
  id: string,
): Promise<LinkRecord> {
  return core.relational.transaction(async (tx) => {
    const link = isId(id) ? await lockLink(tx, principal.workspaceId, id) : undefined;
    if (link === undefined) throw new CodedError('NOT_FOUND', 'There is no such link.');
    if (link.revokedAt !== null) return link;
    const revoked = { ...link, revokedAt: nowText(core) };
    await setLinkRevoked(tx, principal.workspaceId, revoked);
    await writeOutbox(tx, [linkEvent(causeOf(core, principal), 'revoked', revoked)]);
    return revoked;
  });
}

/** The path of a link that was made; null when it no longer works. */
export function linkPath(core: FilesCore, workspaceId: string, link: LinkRecord): string | null {
  if (link.revokedAt !== null || Date.parse(link.expiresAt) <= core.clock.now()) return null;
  const { id: linkId, versionId, inline } = link;
  const expiresAt = Math.floor(Date.parse(link.expiresAt) / 1_000);
  return `${downloadPrefix}${core.tokens.download({ workspaceId, versionId, expiresAt, inline, linkId })}`;
}

export interface ShortLink {
  readonly workspaceId: string;
  readonly versionId: string;
  readonly seconds: number;
  readonly inline: boolean;
  readonly variant?: string;
}

/** A link that lives for minutes and has no row: it ends by time, when it is revoked by itself, or when its file is trashed or removed. */
export function shortLinkPath(core: FilesCore, { seconds, ...grant }: ShortLink): string {
  const expiresAt = Math.floor(core.clock.now() / 1_000) + seconds;
  return `${downloadPrefix}${core.tokens.download({ ...grant, expiresAt })}`;
}

import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { linkEvent } from '../adapters/events.ts';
import { type DownloadGrant, idOfToken } from '../adapters/link-tokens.ts';
import { insertRevokedLink, lockLink } from '../adapters/links-table.ts';
import { versionById } from '../adapters/versions-table.ts';
import { causeOf, type FilesCore, nowText } from '../core.ts';
import type { LinkRecord } from '../domain/file.ts';
import { revokeDownloadLink } from './download-links.ts';

const tokenInUrl = /\/files\/d\/([A-Za-z0-9_-]{1,900}\.[A-Za-z0-9_-]{1,100})$/;

/**
 * Ends the URL of a download before its time. Most have no row, since reading a page of files must write nothing: the revocation is kept
 * instead, for as long as the URL would have lived.
 * @throws CodedError NOT_FOUND
 */
export async function revokeDownloadUrl(
  core: FilesCore,
  principal: Principal,
  url: string,
): Promise<LinkRecord> {
  const [, token = ''] = tokenInUrl.exec(url) ?? [];
  const grant = core.tokens.readDownload(token);
  const { workspaceId } = principal;
  if (grant === undefined || grant.workspaceId !== workspaceId || grant.expiresAt * 1_000 <= core.clock.now())
    throw noSuchUrl();
  if (grant.linkId !== undefined) return revokeDownloadLink(core, principal, grant.linkId);
  return core.relational.transaction(async (tx) => {
    const version = await versionById(tx, workspaceId, grant.versionId);
    if (version === undefined) throw noSuchUrl();
    const revoked = revokedLink(core, principal, { grant, token, version });
    const isNew = await insertRevokedLink(tx, workspaceId, revoked);
    if (!isNew) return (await lockLink(tx, workspaceId, revoked.id)) ?? revoked;
    await writeOutbox(tx, [linkEvent(causeOf(core, principal), 'revoked', revoked)]);
    return revoked;
  });
}

interface Shown {
  readonly grant: DownloadGrant;
  readonly token: string;
  readonly version: { readonly fileId: string; readonly number: number };
}

/** Who asked for the URL is not known any more; the row is of whoever revokes it. */
function revokedLink(core: FilesCore, principal: Principal, { grant, token, version }: Shown): LinkRecord {
  const now = nowText(core);
  return {
    id: idOfToken(token),
    fileId: version.fileId,
    versionId: grant.versionId,
    versionNumber: version.number,
    inline: grant.inline,
    createdBy: principal.id,
    createdAt: now,
    expiresAt: new Date(grant.expiresAt * 1_000).toISOString(),
    revokedAt: now,
  };
}

function noSuchUrl(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such URL, or its time is over.');
}

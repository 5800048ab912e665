import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { changedFields, type FileRecord, type FolderRecord, type LinkRecord } from '../domain/file.ts';

/** Who caused an event, and in which workspace it counts. */
export interface Cause {
  readonly workspaceId: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly clock: Clock;
}

/** What the sweeper and the scanner do is nobody's. */
export function ownCause(workspaceId: string, clock: Clock): Cause {
  return { workspaceId, actor: { kind: 'service', id: 'files' }, clock };
}

interface States<State> {
  readonly before: State | null;
  readonly after: State | null;
}

export function fileEvent(cause: Cause, states: States<FileRecord>): OutgoingEvent {
  return changeEvent(cause, { topic: 'files.file', noun: 'File' }, states);
}

export function folderEvent(cause: Cause, states: States<FolderRecord>): OutgoingEvent {
  return changeEvent(cause, { topic: 'files.folder', noun: 'Folder' }, states);
}

function changeEvent<State extends { readonly id: string; readonly version: number }>(
  cause: Cause,
  { topic, noun }: { readonly topic: string; readonly noun: string },
  { before, after }: States<State>,
): OutgoingEvent {
  const state = after ?? before;
  if (state === null) throw new TypeError('a change has a state before or after it');
  const verb = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  const version = after === null ? state.version + 1 : state.version;
  const data = { id: state.id, version, before, after, changed: changedFields(before, after) };
  return {
    topic,
    event: createEvent({
      ...cause,
      type: `${topic}.${verb}`,
      source: '/subgraphs/files',
      subject: `${noun}/${state.id}`,
      data,
    }),
  };
}

export function linkEvent(cause: Cause, verb: 'created' | 'revoked', link: LinkRecord): OutgoingEvent {
  const { id, fileId, versionNumber, expiresAt } = link;
  const event = createEvent({
    ...cause,
    type: `files.link.${verb}`,
    source: '/subgraphs/files',
    subject: `DownloadLink/${id}`,
    data: { id, fileId, versionNumber, expiresAt },
  });
  return { topic: 'files.link', event };
}

/** One for the workspace it is about and one for that of whoever set it, so that both read it in their audit log. */
export function quotaEvents(
  data: { readonly workspaceId: string; readonly quotaBytes: number | null },
  { principal, clock }: { readonly principal: Principal; readonly clock: Clock },
): readonly OutgoingEvent[] {
  const { kind, id } = principal;
  return [...new Set([data.workspaceId, principal.workspaceId])].map((workspaceId) => ({
    topic: 'files.quota',
    event: createEvent({
      workspaceId,
      actor: { kind, id },
      clock,
      type: 'files.quota.changed',
      source: '/subgraphs/files',
      subject: `Workspace/${data.workspaceId}`,
      data,
    }),
  }));
}

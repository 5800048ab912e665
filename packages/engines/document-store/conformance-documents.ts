import { newId, systemClock } from '@tributary/runtime';
import { createEvent } from '../event-log/event.ts';
import type { DocumentStore, DocumentWrite, StoredDocument } from './port.ts';

export interface DocumentStoreUnderTest extends AsyncDisposable {
  /** Without collections and pending events. */
  readonly store: DocumentStore;
}

export type OpenDocumentStoreUnderTest = () => Promise<DocumentStoreUnderTest>;

export const here = 'workspace-1';
export const elsewhere = 'workspace-2';

export function documentWith(
  fields: Readonly<Record<string, unknown>>,
  rest: Partial<StoredDocument> = {},
): StoredDocument {
  return { id: newId(), workspaceId: here, version: 1, fields, ...rest };
}

/** A write with one event that says which version of which document it made. */
export function writeOf(document: StoredDocument): DocumentWrite {
  const event = createEvent({
    type: 'data.document.updated',
    source: '/tests',
    subject: `Note/${document.id}`,
    workspaceId: document.workspaceId,
    actor: { kind: 'user', id: 'user-1' },
    data: { model: 'Note', id: document.id, version: document.version, before: {}, after: {}, changed: [] },
    clock: systemClock,
  });
  return { document, events: [{ topic: 'data.document', event }] };
}

/** Its next version. */
export function next(document: StoredDocument, fields: Readonly<Record<string, unknown>>): StoredDocument {
  return { ...document, version: document.version + 1, fields };
}

/** `[version, …]` of one document, as the outbox will hand them to the log. */
export async function pendingVersions(
  store: DocumentStore,
  document: StoredDocument,
): Promise<readonly number[]> {
  const pending = await store.outbox.pending(1_000);
  return pending
    .filter(({ event }) => event.subject === `Note/${document.id}`)
    .map(({ event }) => (event.data as { readonly version: number }).version);
}

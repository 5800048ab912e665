import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import { installationId } from '../installation/id.ts';
import type { Relational } from '../relational/port.ts';
import type { DocumentStore } from './port.ts';

export interface OpenDocumentStoreOptions {
  /** Holds the documents of `embedded:`, and says whose those of a MongoDB are; stays the caller's to close. */
  readonly relational: Relational;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the document store by URL: `embedded:` keeps documents as JSONB in PostgreSQL, `mongodb:` and `mongodb+srv:` in MongoDB.
 * @throws CodedError CONFIG_INVALID for any other scheme, a MongoDB of another installation, or an older state of this one's, among them, ENGINE_UNAVAILABLE when nothing answers there
 */
export async function openDocumentStore(
  url: string,
  options: OpenDocumentStoreOptions,
): Promise<DocumentStore> {
  const { relational, production = false, allowEmbedded = false } = options;
  const { scheme } = checkDocumentStoreUrl(url, { production, allowEmbedded });
  if (scheme !== 'embedded') {
    const { openMongoDocumentStore } = await import('./mongo.ts');
    return openMongoDocumentStore(url, { relational, installation: await installationId(relational) });
  }
  const { openEmbeddedDocumentStore } = await import('./embedded.ts');
  return openEmbeddedDocumentStore(relational);
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkDocumentStoreUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, {
    setting: 'DOCUMENT_STORE_URL',
    schemes: ['embedded', 'mongodb', 'mongodb+srv'],
    ...leave,
  });
}

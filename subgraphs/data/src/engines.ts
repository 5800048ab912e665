import type { DocumentStore } from '@tributary/engines/document-store';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import type { KeyValue } from '@tributary/engines/key-value';
import { openKeyValue } from '@tributary/engines/key-value/open';
import type { PubSub } from '@tributary/engines/pubsub';
import { openPubSub } from '@tributary/engines/pubsub/open';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { type Closing, type Logger, systemClock } from '@tributary/runtime';
import type { DataConfig } from './config.ts';

export interface DataEngines {
  readonly relational: Relational;
  readonly documents: DocumentStore;
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
}

/** Opens the engines of the split form; `closing` closes them in reverse. Only `main.ts` calls this. */
export async function openEngines(config: DataConfig, closing: Closing, log: Logger): Promise<DataEngines> {
  const options = { ...config, log, clock: systemClock };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  const onRelational = { ...options, relational };
  const documents = await openDocumentStore(config.documentStoreUrl, onRelational);
  const keyValue = await openKeyValue(config.keyValueUrl, onRelational);
  return {
    relational,
    documents: closing.use('documents', documents),
    keyValue: closing.use('key-value', keyValue),
    pubSub: closing.use('pubsub', await openPubSub(config.pubSubUrl, onRelational)),
  };
}

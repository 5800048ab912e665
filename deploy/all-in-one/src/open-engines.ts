import type { BatchEngine } from '@tributary/engines/batch-engine';
import { checkBatchEngineUrl, openBatchEngine } from '@tributary/engines/batch-engine/open';
import type { DocumentStore } from '@tributary/engines/document-store';
import { checkDocumentStoreUrl, openDocumentStore } from '@tributary/engines/document-store/open';
import type { EventLog } from '@tributary/engines/event-log';
import { checkEventLogUrl, openEventLog } from '@tributary/engines/event-log/open';
import type { FileScanner } from '@tributary/engines/file-scanner';
import { checkFileScannerUrl, openFileScanner } from '@tributary/engines/file-scanner/open';
import type { Inference } from '@tributary/engines/inference';
import { openInference } from '@tributary/engines/inference/open';
import type { KeyProvider } from '@tributary/engines/key-provider';
import { checkKeyProviderUrl, openKeyProvider } from '@tributary/engines/key-provider/open';
import type { KeyValue } from '@tributary/engines/key-value';
import { checkKeyValueUrl, openKeyValue } from '@tributary/engines/key-value/open';
import type { ObjectStore } from '@tributary/engines/object-store';
import { checkObjectStoreUrl, openObjectStore } from '@tributary/engines/object-store/open';
import { createPresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import type { PubSub } from '@tributary/engines/pubsub';
import { checkPubSubUrl, openPubSub } from '@tributary/engines/pubsub/open';
import type { Relational } from '@tributary/engines/relational';
import { checkRelationalUrl, openRelational } from '@tributary/engines/relational/open';
import type { StreamEngine } from '@tributary/engines/stream-engine';
import { checkStreamEngineUrl, openStreamEngine } from '@tributary/engines/stream-engine/open';
import { type Closing, type Logger, progress, systemClock } from '@tributary/runtime';
import type { ProductConfig } from './config.ts';
import type { Secrets } from './secrets.ts';

export interface Engines {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly documents: DocumentStore;
  readonly objects: ObjectStore;
  readonly keyProvider: KeyProvider;
  readonly scanner: FileScanner | undefined;
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
  readonly streamEngine: StreamEngine;
  readonly inference: Inference;
  readonly batchEngine: BatchEngine;
  /** For runs: their queries take minutes, and may not take the places of those that people wait for. */
  readonly runsBatchEngine: BatchEngine;
}

/** Refuses an engine that does not exist here, or a folder or address that is none, before the first one is opened. @throws CodedError CONFIG_INVALID */
export function checkEngineUrls({ engines, production }: ProductConfig): void {
  const leave = { production, allowEmbedded: engines.allowEmbedded };
  checkRelationalUrl(engines.databaseUrl, leave);
  checkEventLogUrl(engines.eventLogUrl, leave);
  checkDocumentStoreUrl(engines.documentStoreUrl, leave);
  checkObjectStoreUrl(engines.objectStoreUrl, leave);
  checkKeyProviderUrl(engines.keyProviderUrl, leave);
  checkFileScannerUrl(engines.fileScannerUrl, leave);
  checkStreamEngineUrl(engines.streamEngineUrl, { ...leave, eventLogUrl: engines.eventLogUrl });
  checkBatchEngineUrl(engines.batchEngineUrl, leave);
  checkKeyValueUrl(engines.keyValueUrl, leave);
  checkPubSubUrl(engines.pubSubUrl, leave);
}

export interface EngineParts {
  readonly log: Logger;
  readonly closing: Closing;
  readonly secrets: Secrets;
}

/** Opens every engine the profile names, in the order in which they lean on each other. */
export async function openEngines(
  config: ProductConfig,
  { log, closing, secrets }: EngineParts,
): Promise<Engines> {
  const {
    databaseUrl,
    eventLogUrl,
    documentStoreUrl,
    keyValueUrl,
    pubSubUrl,
    streamEngineUrl,
    allowEmbedded,
  } = config.engines;
  const rules = { log, production: config.production, allowEmbedded };
  const relational = closing.use(
    'database',
    await progress(
      'Starting the database',
      openRelational(databaseUrl, { ...rules, dataDir: config.dataDir }),
    ),
  );
  const shared = { ...rules, relational };
  const eventLog = closing.use('event log', await openEventLog(eventLogUrl, shared));
  const onLog = { ...shared, eventLog, eventLogUrl, clock: systemClock };
  // Of one query over events: people wait for it, and two run at a time.
  const onClock = { ...rules, clock: systemClock, memoryBytes: 256_000_000 };
  return {
    relational,
    eventLog,
    batchEngine: closing.use('batch engine', await openBatchEngine(config.engines.batchEngineUrl, onClock)),
    runsBatchEngine: closing.use(
      'batch engine of runs',
      await openBatchEngine(config.engines.batchEngineUrl, { ...rules, clock: systemClock }),
    ),
    inference: closing.use('inference', await openInference({ log, clock: systemClock })),
    streamEngine: closing.use('stream engine', await openStreamEngine(streamEngineUrl, onLog)),
    documents: closing.use('document store', await openDocumentStore(documentStoreUrl, shared)),
    ...(await openFileEngines(config, { log, closing, secrets })),
    keyValue: closing.use(
      'key-value store',
      await openKeyValue(keyValueUrl, { ...shared, clock: systemClock }),
    ),
    pubSub: closing.use('pubsub', await openPubSub(pubSubUrl, shared)),
  };
}

/** What files need: where bytes lie, who opens their keys, who looks at them. */
async function openFileEngines(
  { engines, dataDir, production }: ProductConfig,
  { log, closing, secrets }: EngineParts,
): Promise<Pick<Engines, 'objects' | 'keyProvider' | 'scanner'>> {
  const options = { dataDir, production, allowEmbedded: engines.allowEmbedded, clock: systemClock, log };
  const tokens = createPresignedTokens({ secret: secrets.filesSecret, path: '/files/o', clock: systemClock });
  const scanner = await openFileScanner(engines.fileScannerUrl, options);
  if (scanner !== undefined) closing.use('file scanner', scanner);
  return {
    objects: closing.use(
      'object store',
      await openObjectStore(engines.objectStoreUrl, { ...options, tokens }),
    ),
    keyProvider: closing.use('key provider', await openKeyProvider(engines.keyProviderUrl, options)),
    scanner,
  };
}

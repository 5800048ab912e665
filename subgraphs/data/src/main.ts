import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import {
  systemClock as clock,
  createLogger,
  createMetrics,
  runUntilSignal,
  startTelemetry,
} from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import { createAssertionVerifier, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { prepareData } from './prepare.ts';
import { refusalLog } from './refusal-log.ts';
import { buildData } from './subgraph.ts';

const config = readConfig();
const log = createLogger({ name: 'data', level: config.logLevel });

await runUntilSignal(
  async (closing) => {
    closing.use('telemetry', startTelemetry({ serviceName: 'data', endpoint: config.tracesEndpoint }));
    const options = { ...config, log, clock };
    const relational = closing.use('database', await openRelational(config.databaseUrl, options));
    const engines = {
      relational,
      documents: await openDocumentStore(config.documentStoreUrl, { ...options, relational }),
      keyValue: closing.use('key-value', await openKeyValue(config.keyValueUrl, options)),
      pubSub: closing.use('pubsub', await openPubSub(config.pubSubUrl, { ...options, relational })),
    };
    closing.use('documents', engines.documents);
    await applyMigrations(relational.pool);
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const modelSources = modelFiles().map(({ text }) => text);
    const deps = { ...engines, verifier, onRefusal: refusalLog(log), clock, log, modelSources };
    await prepareData(deps);
    const served = await serveSubgraph(buildData(deps), { ...config, metrics: createMetrics() });
    closing.use('server', served);
    log.info({ url: served.url }, 'data answers');
  },
  { log, drainMs: 15_000 },
);

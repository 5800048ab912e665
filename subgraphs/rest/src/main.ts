import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import * as runtime from '@tributary/runtime';
import { restOperationFiles } from '@tributary/schema';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { openRemoteGraph } from './adapters/remote-graph.ts';
import { readConfig } from './config.ts';
import { savedOperations } from './domain/saved-operation.ts';
import { buildRest } from './subgraph.ts';

const config = readConfig();
const log = runtime.createLogger({ name: 'rest', level: config.logLevel });
const clock = runtime.systemClock;

await runtime.runUntilSignal(
  async (closing) => {
    const telemetry = runtime.startTelemetry({ serviceName: 'rest', endpoint: config.tracesEndpoint });
    closing.use('telemetry', telemetry);
    const relational = closing.use('database', await openRelational(config.databaseUrl, { ...config, log }));
    await applyMigrations(relational.pool);
    await ensureOutbox(relational);
    const graph = closing.use('graph', await openRemoteGraph({ ...config, clock }));
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const refusals = createRefusalSink({ relational, clock, log, source: '/subgraphs/rest' });
    closing.defer('refusals', () => refusals.settled());
    const { onRefusal } = refusals;
    const { execute, apiSchema } = graph;
    const operations = savedOperations(restOperationFiles());
    const deps = { relational, execute, apiSchema, operations, verifier, onRefusal, clock, log };
    const rest = closing.use('usage', buildRest(deps));
    const metrics = runtime.createMetrics();
    const served = closing.use('server', await serveSubgraph(rest, { ...config, metrics }));
    log.info({ url: served.url }, 'rest answers');
  },
  { log, drainMs: 15_000 },
);

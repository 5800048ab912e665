import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { applyMigrations } from '@tributary/prisma';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { restOperationFiles } from '@tributary/schema';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { openRemoteGraph } from './adapters/remote-graph.ts';
import { readConfig } from './config.ts';
import { savedOperations } from './domain/saved-operation.ts';
import { buildRest } from './subgraph.ts';

await runProcess({
  name: 'rest',
  readConfig,
  start: async (config, { log, closing }) => {
    const relational = closing.use('database', await openRelational(config.databaseUrl, { ...config, log }));
    await applyMigrations(relational.pool, log);
    await ensureOutbox(relational);
    const graph = closing.use('graph', await openRemoteGraph({ ...config, clock }));
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const refusals = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/rest' });
    closing.defer('refusals', () => refusals.settled());
    const { onRefusal } = refusals;
    const { execute, apiSchema } = graph;
    const operations = savedOperations(restOperationFiles());
    const deps = { relational, execute, apiSchema, operations, verifier, onRefusal, clock, log };
    const rest = closing.use('usage', buildRest(deps));
    const served = closing.use('server', await serveSubgraph(rest, { ...config, metrics }));
    log.info({ url: served.url }, 'rest answers');
  },
});

import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { applyMigrations } from '@tributary/prisma';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { prepareData } from './prepare.ts';
import { buildData } from './subgraph.ts';

await runProcess({
  name: 'data',
  readConfig,
  start: async (config, { log, closing }) => {
    const engines = await openEngines(config, closing, log);
    await applyMigrations(engines.relational.pool, log);
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const { relational } = engines;
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const refusals = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/data' });
    const { onRefusal } = refusals;
    const deps = { ...engines, verifier, onRefusal, clock, log, modelFiles: modelFiles() };
    await prepareData(deps);
    closing.defer('refusals', () => refusals.settled());
    const served = await serveSubgraph(buildData(deps), { ...config, metrics });
    closing.use('server', served);
    log.info({ url: served.url }, 'data answers');
  },
});

import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { buildFiles } from './subgraph.ts';

await runProcess({
  name: 'files',
  readConfig,
  start: async (config, { log, closing }) => {
    const engines = await openEngines(closing, config, { log, clock });
    const { relational } = engines;
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const refusals = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/files' });
    closing.defer('refusals', () => refusals.settled());
    const { onRefusal } = refusals;
    const { settings } = config;
    const files = buildFiles({ ...engines, clock, log, settings, verifier, onRefusal });
    closing.use('workers', files.startWorkers());
    const served = closing.use('server', await serveSubgraph(files, { ...config, metrics }));
    log.info({ url: served.url }, 'files answers');
  },
});

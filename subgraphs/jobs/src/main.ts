import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { addQueueFigures } from '@tributary/job-queue';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { startHookCare } from './hook-care.ts';
import { buildJobs } from './subgraph.ts';
import { startTriggers } from './trigger-consumer.ts';

await runProcess({
  name: 'jobs',
  readConfig,
  start: async (config, { log, closing }) => {
    const { relational, eventLog, keyProvider } = await openEngines(config, closing, log);
    const metrics = createMetrics(config);
    const onLog = { relational, eventLog, clock, log, metrics };
    closing.use('triggers', await startTriggers(onLog));
    closing.use('hook care', startHookCare({ relational, keyProvider, log }));
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    addPoolFigures(metrics, relational);
    addQueueFigures(metrics, relational);
    const refusals = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/jobs' });
    closing.defer('refusals', () => refusals.settled());
    const { onRefusal } = refusals;
    const jobs = buildJobs({ relational, keyProvider, clock, verifier, onRefusal, log });
    const serving = { ...config, metrics, engines: { 'event-log': eventLog } };
    const served = closing.use('server', await serveSubgraph(jobs, serving));
    log.info({ url: served.url }, 'jobs answers');
  },
});

import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { metricFiles, modelFiles, predictionFiles, trackingFiles } from '@tributary/schema';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { defaultQueryTimeLimitMs as queryTimeLimitMs } from './core.ts';
import { openEngines } from './engines.ts';
import { startEventRemoval } from './event-removal.ts';
import { addMetricLag } from './metrics/metric-lag.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { buildAnalytics } from './subgraph.ts';

await runProcess({
  name: 'analytics',
  readConfig,
  start: async (config, { log, closing }) => {
    const engines = await openEngines(config, closing, log);
    const { relational, eventLog, streamEngine } = engines;
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const refusals = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/analytics' });
    closing.defer('refusals', () => refusals.settled());
    closing.use('event removal', startEventRemoval({ relational, clock, log }));
    const sources = {
      models: modelFiles(),
      tracking: trackingFiles(),
      metrics: metricFiles(),
      predictions: predictionFiles(),
    };
    closing.use('metrics', await startMetrics({ streamEngine, sources, clock }));
    addMetricLag(metrics, { streamEngine, sources, clock });
    const { onRefusal } = refusals;
    const deps = { ...engines, queryTimeLimitMs, clock, sources };
    const analytics = buildAnalytics({ ...deps, verifier, onRefusal, log });
    const serving = { ...config, metrics, engines: { 'event-log': eventLog } };
    const served = closing.use('server', await serveSubgraph(analytics, serving));
    log.info({ url: served.url }, 'analytics answers');
  },
});

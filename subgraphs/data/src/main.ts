import { applyMigrations } from '@tributary/prisma';
import { createLogger, createMetrics, runUntilSignal, startTelemetry, systemClock } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import { createAssertionVerifier, createRefusalSink, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { prepareData } from './prepare.ts';
import { buildData } from './subgraph.ts';

const config = readConfig();
const clock = systemClock;
const log = createLogger({ name: 'data', level: config.logLevel });

await runUntilSignal(
  async (closing) => {
    closing.use('telemetry', startTelemetry({ serviceName: 'data', endpoint: config.tracesEndpoint }));
    const engines = await openEngines(config, closing, log);
    await applyMigrations(engines.relational.pool);
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const modelSources = modelFiles().map(({ text }) => text);
    const { relational } = engines;
    const refusals = createRefusalSink({ relational, clock, log, source: '/subgraphs/data' });
    const { onRefusal } = refusals;
    const deps = { ...engines, verifier, onRefusal, clock, log, modelSources };
    await prepareData(deps);
    closing.defer('refusals', () => refusals.settled());
    const served = await serveSubgraph(buildData(deps), { ...config, metrics: createMetrics() });
    closing.use('server', served);
    log.info({ url: served.url }, 'data answers');
  },
  { log, drainMs: 15_000 },
);

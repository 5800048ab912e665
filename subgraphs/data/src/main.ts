import { applyMigrations } from '@tributary/prisma';
import { createLogger, createMetrics, runUntilSignal, startTelemetry, systemClock } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import { createAssertionVerifier, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { prepareData } from './prepare.ts';
import { refusalLog } from './refusal-log.ts';
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
    const deps = { ...engines, verifier, onRefusal: refusalLog(log), clock, log, modelSources };
    await prepareData(deps);
    const served = await serveSubgraph(buildData(deps), { ...config, metrics: createMetrics() });
    closing.use('server', served);
    log.info({ url: served.url }, 'data answers');
  },
  { log, drainMs: 15_000 },
);

import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openEventLog } from '@tributary/engines/event-log/open';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { createLogger, createMetrics, runUntilSignal, startTelemetry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { readConfig } from './config.ts';
import { serveMetrics } from './metrics-server.ts';
import { relayLockKey, startRelay } from './relay.ts';

const name = 'outbox-relay';
const config = readConfig();
const logger = createLogger({ name, level: config.LOG_LEVEL });
const production = config.NODE_ENV === 'production';
const allowEmbedded = config.ALLOW_EMBEDDED === '1';

await runUntilSignal(
  async (closing) => {
    closing.use(
      'telemetry',
      startTelemetry({ serviceName: name, endpoint: config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT }),
    );
    const database = {
      dataDir: '',
      log: logger,
      applicationName: name,
      poolSize: 6,
      production,
      allowEmbedded,
    };
    const relational = closing.use('database', await openRelational(config.DATABASE_URL, database));
    const log = await openEventLog(config.EVENT_LOG_URL, {
      relational,
      log: logger,
      production,
      allowEmbedded,
    });
    closing.use('event log', log);
    await log.declareTopics(topicContracts());
    const documents = await openDocumentStore(config.DOCUMENT_STORE_URL, {
      relational,
      production,
      allowEmbedded,
    });
    closing.use('document store', documents);
    const sources = [await relationalOutbox(relational), documents.outbox];
    const metrics = createMetrics();
    const lock = () => relational.tryLock(relayLockKey);
    closing.use('relay', startRelay({ sources, log, lock, logger, metrics, clock: systemClock }));
    const ready = () => Promise.all([relational.ping(), log.ping()]);
    const server = await serveMetrics({ host: config.HOST, port: config.METRICS_PORT, metrics, ready });
    closing.use('metrics', server);
    logger.info({ port: server.port }, 'the outbox relay is ready');
  },
  { log: logger, drainMs: 15_000 },
);

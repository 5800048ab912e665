import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openEventLog } from '@tributary/engines/event-log/open';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { createMetrics, runProcess, serveMetrics, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { readConfig, serviceName } from './config.ts';
import { relayLock, startRelay } from './relay.ts';

await runProcess({
  name: serviceName,
  readConfig,
  start: async (config, { log: logger, closing }) => {
    const database = { ...config.database, ...config.rules, log: logger };
    const relational = closing.use('database', await openRelational(config.databaseUrl, database));
    const engine = { ...config.rules, relational, log: logger };
    const log = closing.use('event log', await openEventLog(config.eventLogUrl, engine));
    await log.declareTopics(topicContracts());
    const store = closing.use('document store', await openDocumentStore(config.documentStoreUrl, engine));
    const sources = [await relationalOutbox(relational), store.outbox];
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const lock = relayLock(relational);
    const { backlogLimit } = config;
    const parts = { sources, log, lock, logger, metrics, clock: systemClock, backlogLimit };
    closing.use('relay', startRelay(parts));
    const engines = { database: relational, 'event-log': log, 'document-store': store };
    const server = closing.use('metrics', await serveMetrics({ ...config.metrics, metrics, engines }));
    logger.info({ port: server.port }, 'the outbox relay is ready');
  },
});

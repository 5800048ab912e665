import { openEventLog } from '@tributary/engines/event-log/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import {
  systemClock as clock,
  createLogger,
  createMetrics,
  runUntilSignal,
  startTelemetry,
} from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { createAssertionVerifier, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { startKeyRotation } from './key-rotation.ts';
import { startAuditProjection } from './projection/audit-projection.ts';
import { buildIdentity } from './subgraph.ts';

const config = readConfig();
const { settings, dataDir } = config;
const log = createLogger({ name: 'identity', level: config.logLevel });
const metrics = createMetrics();

await runUntilSignal(
  async (closing) => {
    closing.use('telemetry', startTelemetry({ serviceName: 'identity', endpoint: config.tracesEndpoint }));
    const engine = {
      log,
      clock,
      dataDir,
      production: config.production,
      allowEmbedded: config.allowEmbedded,
    };
    const relational = closing.use('database', await openRelational(config.databaseUrl, engine));
    const eventLog = closing.use('log', await openEventLog(config.eventLogUrl, { ...engine, relational }));
    const keyValue = closing.use('key-value', await openKeyValue(config.keyValueUrl, engine));
    await applyMigrations(relational.pool);
    await ensureOutbox(relational);
    closing.use('key rotation', await startKeyRotation({ relational, clock, log, ...settings }));
    const contracts = topicContracts();
    await eventLog.declareTopics(contracts);
    const topics = contracts.map(({ name }) => name);
    closing.use(
      'audit',
      await startAuditProjection({ relational, eventLog, log, topics, sealingKey: settings.sealingKey }),
    );
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const identity = buildIdentity({ relational, keyValue, verifier, clock, log, settings });
    const served = await serveSubgraph(identity, { port: config.port, host: config.host, metrics });
    closing.use('server', served);
    log.info({ url: served.url }, 'identity serves');
  },
  { log, drainMs: 10_000 },
);

import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { createAssertionVerifier, serveSubgraph } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';
import { startSessionRemoval } from './expired-sessions.ts';
import { startKeyRotation } from './key-rotation.ts';
import { startAuditProjection } from './projection/audit-projection.ts';
import { buildIdentity } from './subgraph.ts';

await runProcess({
  name: 'identity',
  readConfig,
  start: async (config, { log, closing }) => {
    const { settings, host, port } = config;
    const { relational, eventLog, keyValue, topics } = await openEngines(closing, config, { log, clock });
    closing.use('key rotation', await startKeyRotation({ relational, clock, log, ...settings }));
    closing.use('session removal', startSessionRemoval({ relational, clock, log }));
    const { sealingKey } = settings;
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const audit = { relational, eventLog, clock, log, metrics, topics, sealingKey };
    closing.use('audit', await startAuditProjection(audit));
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const identity = buildIdentity({ relational, keyValue, verifier, clock, log, metrics, settings });
    const engines = { 'event-log': eventLog, 'key-value': keyValue };
    const serving = { port, host, metrics, engines };
    const served = closing.use('server', await serveSubgraph(identity, serving));
    log.info({ url: served.url }, 'identity serves');
  },
});

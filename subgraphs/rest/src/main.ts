import { openRelational } from '@tributary/engines/relational/open';
import { createLogger, createMetrics, runUntilSignal, startTelemetry, systemClock } from '@tributary/runtime';
import { restOperationFiles } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  type OnRefusal,
  serveSubgraph,
} from '@tributary/subgraph-kit';
import { Agent } from 'undici';
import { httpExecutor } from './adapters/http-executor.ts';
import { introspectedSchema } from './adapters/introspected-schema.ts';
import { readConfig } from './config.ts';
import { savedOperations } from './domain/saved-operation.ts';
import { buildRest } from './subgraph.ts';

const config = readConfig();
const log = createLogger({ name: 'rest', level: config.logLevel });
const clock = systemClock;

await runUntilSignal(
  async (closing) => {
    closing.use('telemetry', startTelemetry({ serviceName: 'rest', endpoint: config.tracesEndpoint }));
    const { production } = config;
    const relational = closing.use(
      'database',
      await openRelational(config.databaseUrl, { dataDir: '', log, production, poolSize: 10 }),
    );
    const agent = new Agent({ connections: 64 });
    closing.defer('gateway connections', () => agent.close());
    const execute = httpExecutor(config.gatewayUrl, agent);
    const minter = await createAssertionMinter(config.assertionPrivateKey, clock);
    const apiSchema = introspectedSchema({ execute, minter, clock });
    const verifier = await createAssertionVerifier(config.assertionPublicKey, clock);
    const operations = savedOperations(restOperationFiles());
    // The gateway refuses by the same rules before a call comes here, and records it for the audit log.
    const onRefusal: OnRefusal = ({ kind }, _field, { code }) =>
      log.warn({ principalKind: kind, code }, 'refused');
    const rest = closing.use(
      'usage',
      buildRest({ relational, execute, operations, apiSchema, verifier, onRefusal, clock, log }),
    );
    const served = closing.use('server', await serveSubgraph(rest, { ...config, metrics: createMetrics() }));
    log.info({ url: served.url }, 'rest answers');
  },
  { log, drainMs: 15_000 },
);

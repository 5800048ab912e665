import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import {
  systemClock as clock,
  createLogger,
  createMetrics,
  runUntilSignal,
  startTelemetry,
} from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { connectSubgraphs } from './execution/connect-subgraphs.ts';
import { buildGateway } from './gateway.ts';
import { openEngines } from './process-engines.ts';

const config = readConfig();
const { settings, host, port, assertionKeys } = config;
const log = createLogger({ name: 'gateway', level: config.logLevel });
const metrics = createMetrics();

await runUntilSignal(
  async (closing) => {
    closing.use('telemetry', startTelemetry({ serviceName: 'gateway', endpoint: config.tracesEndpoint }));
    const engines = await openEngines(closing, config, { log, clock });
    const minter = await createAssertionMinter(assertionKeys.privateKey, clock);
    const verifier = await createAssertionVerifier(assertionKeys.publicKey, clock);
    const subgraphs = await connectSubgraphs(closing, config, { minter, log });
    const cursors = createCursorCodec(config.cursorSecret);
    const deps = { ...engines, subgraphs, cursors, minter, verifier, settings, clock, log, metrics };
    const gateway = closing.use('gateway', await buildGateway(deps));
    const { url } = await gateway.listen({ port, host });
    log.info({ url }, 'gateway serves');
  },
  { log, drainMs: 15_000 },
);

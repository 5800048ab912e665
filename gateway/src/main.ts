import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { systemClock as clock, createMetrics, runProcess } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier } from '@tributary/subgraph-kit';
import { readConfig } from './config.ts';
import { connectSubgraphs } from './execution/connect-subgraphs.ts';
import { buildGateway } from './gateway.ts';
import { openEngines } from './process-engines.ts';

await runProcess({
  name: 'gateway',
  readConfig,
  start: async (config, { log, closing }) => {
    const { settings, host, port, assertionKeys } = config;
    const engines = await openEngines(closing, config, { log, clock });
    const minter = await createAssertionMinter(assertionKeys.privateKey, clock);
    const verifier = await createAssertionVerifier(assertionKeys.publicKey, clock);
    const subgraphs = await connectSubgraphs(closing, config, { minter, log });
    const cursors = createCursorCodec(config.cursorSecret);
    const metrics = createMetrics(config.engines);
    const deps = { ...engines, subgraphs, cursors, minter, verifier, settings, clock, log, metrics };
    const gateway = closing.use('gateway', await buildGateway(deps));
    const { url } = await gateway.listen({ port, host });
    log.info({ url }, 'gateway serves');
  },
});

import type { DemoWorkspace } from '@tributary/demo-workspace';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { buildGateway, type Gateway, gatewaySettings } from '@tributary/gateway';
import { relayLockKey, startRelay } from '@tributary/outbox-relay';
import type { GraphExecutor } from '@tributary/rest';
import {
  type Closing,
  CodedError,
  systemClock as clock,
  createMetrics,
  type Logger,
} from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier } from '@tributary/subgraph-kit';
import { buildSubgraphs } from './build-subgraphs.ts';
import type { ProductConfig } from './config.ts';
import { loadKeptDemo } from './demo-file.ts';
import { openEngines } from './open-engines.ts';
import { loadSecrets } from './secrets.ts';

export interface StartedProduct {
  readonly url: string;
  readonly demo: DemoWorkspace | undefined;
}

/** Everything in this process: engines, subgraphs, relay, gateway, and on a laptop the demo workspace. `closing` undoes it in reverse. */
export async function startProduct(
  config: ProductConfig,
  log: Logger,
  closing: Closing,
): Promise<StartedProduct> {
  const secrets = await loadSecrets(config.dataDir);
  const metrics = createMetrics();
  const engines = await openEngines(config, log, closing);
  const { relational, eventLog, documents } = engines;
  const minter = await createAssertionMinter(secrets.assertion.privateKey, clock);
  const verifier = await createAssertionVerifier(secrets.assertion.publicKey, clock);

  let gateway: Gateway | undefined;
  const execute: GraphExecutor = async (call) => {
    if (gateway === undefined) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The gateway is not up yet.');
    return gateway.execute(call);
  };
  const subgraphs = await buildSubgraphs({
    config,
    engines,
    secrets,
    minter,
    verifier,
    execute,
    log,
    closing,
  });

  const sources = [await relationalOutbox(relational), documents.outbox];
  const lock = () => relational.tryLock(relayLockKey);
  closing.use('relay', startRelay({ sources, log: eventLog, lock, logger: log, metrics, clock }));

  const { defaultWorkspace, corsOrigins, requestsPerMinute, production } = config;
  const settings = gatewaySettings({ defaultWorkspace, corsOrigins, requestsPerMinute, production });
  const cursors = createCursorCodec(secrets.cursorSecret);
  gateway = closing.use(
    'gateway',
    await buildGateway({ ...engines, subgraphs, cursors, minter, verifier, settings, clock, log, metrics }),
  );
  const { url } = await gateway.listen({ port: config.port, host: config.host });
  return { url, demo: config.demo ? await loadKeptDemo(url, config.dataDir) : undefined };
}

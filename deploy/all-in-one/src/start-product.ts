import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import {
  buildGateway,
  type Gateway,
  gatewaySettings,
  listedOperations,
  metricsAccess,
} from '@tributary/gateway';
import { relayLock, startRelay } from '@tributary/outbox-relay';
import { applyMigrations } from '@tributary/prisma';
import { CodedError, systemClock as clock, createMetrics, progress } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier, type GraphExecutor } from '@tributary/subgraph-kit';
import { answerModelChecks } from './answer-model-checks.ts';
import { buildSubgraphs } from './build-subgraphs.ts';
import type { ProductConfig } from './config.ts';
import { keptComposition } from './kept-composition.ts';
import { requireKeptSecrets } from './kept-fingerprint.ts';
import { openEngines } from './open-engines.ts';
import type { StartParts } from './run-product.ts';
import { loadSecrets } from './secrets.ts';
import { startRunner } from './start-runner.ts';
import { type Started, setUpTokenOf } from './started.ts';

/** Everything in this process: engines, subgraphs, relay, gateway. `closing` undoes it in reverse. */
export async function startProduct(
  config: ProductConfig,
  { log, closing, keepFolder }: Omit<StartParts, 'fail'>,
): Promise<Started> {
  const secrets = await loadSecrets(config);
  const metrics = createMetrics(config.engines);
  const engines = await openEngines(config, { log, closing, secrets });
  const { relational, eventLog, documents, runsBatchEngine: batchEngine } = engines;
  await applyMigrations(relational.pool, log);
  await requireKeptSecrets(relational, secrets, { ...config, keepFolder });
  closing.use('model checks', answerModelChecks(engines));
  const minter = await createAssertionMinter(secrets.assertion.privateKey, clock);
  const verifier = await createAssertionVerifier(secrets.assertion.publicKey, clock);

  let gateway: Gateway | undefined;
  const execute: GraphExecutor = async (call) => {
    if (gateway === undefined) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The gateway is not up yet.');
    return gateway.execute(call);
  };
  let listening: { readonly url: string } | undefined;
  const gatewayUrl = (): string => {
    if (listening === undefined) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The gateway is not up yet.');
    return listening.url;
  };
  const parts = { config, engines, secrets, minter, verifier, execute, gatewayUrl, metrics, log, closing };
  const subgraphs = await progress('Preparing the tables and the graph', buildSubgraphs(parts));

  const sources = [await relationalOutbox(relational), documents.outbox];
  const lock = relayLock(relational);
  const { backlogLimit } = config;
  const relaying = { sources, log: eventLog, lock, logger: log, metrics, clock, backlogLimit };
  closing.use('relay', startRelay(relaying));

  const { defaultWorkspace, corsOrigins, requestsPerMinute, production, trustProxy, isPrivate } = config;
  const settings = gatewaySettings({
    defaultWorkspace,
    corsOrigins,
    requestsPerMinute,
    production,
    trustProxy,
    loopbackOnly: isPrivate,
    metricsAccess: metricsAccess({ host: config.host, trustProxy, token: config.metricsToken }),
    accessTokenLifetimeMs: config.accessTokenSeconds * 1000,
    listedOperations: listedOperations(config.operations),
    traffic: config.traffic,
  });
  const cursors = createCursorCodec(secrets.cursorSecret);
  gateway = closing.use(
    'gateway',
    await buildGateway({
      ...engines,
      subgraphs,
      cursors,
      minter,
      verifier,
      settings,
      clock,
      log,
      metrics,
      compose: keptComposition(config.dataDir),
    }),
  );
  listening = await gateway.listen({ port: config.port, host: config.host });
  await startRunner({
    relational,
    batchEngine,
    minter,
    execute,
    gatewayUrl: listening.url,
    metrics,
    log,
    closing,
  });
  return { url: listening.url, relational, minter, setUpToken: setUpTokenOf(relational, config, secrets) };
}

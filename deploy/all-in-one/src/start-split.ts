import { publishedSignIns } from '@tributary/demo-workspace';
import { openRelational } from '@tributary/engines/relational/open';
import { trafficEnvironment } from '@tributary/gateway/traffic';
import { applyMigrations } from '@tributary/prisma';
import {
  type CodedError,
  freePorts,
  httpOrigin,
  progress,
  systemClock,
  tracesEnvironment,
} from '@tributary/runtime';
import { createAssertionMinter } from '@tributary/subgraph-kit';
import type { ProductConfig } from './config.ts';
import { requireKeptSecrets } from './kept-fingerprint.ts';
import type { StartParts } from './run-product.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { type Started, setUpTokenOf } from './started.ts';
import { superviseChild } from './supervised-child.ts';

export interface StartedSplit extends Started {
  /** Resolves when a part died too often to be started again. */
  readonly gaveUp: Promise<CodedError>;
}

const subgraphNames = ['identity', 'data', 'rest', 'analytics', 'files', 'jobs'] as const;

/** The gateway, each subgraph, the relay and the job runner as processes of their own, over one database. `closing` stops them in reverse. */
export async function startSplit(
  config: ProductConfig,
  { log, closing, keepFolder }: Omit<StartParts, 'fail'>,
): Promise<StartedSplit> {
  const secrets = await loadSecrets(config);
  const { databaseUrl, allowEmbedded } = config.engines;
  const opening = openRelational(databaseUrl, {
    dataDir: config.dataDir,
    log,
    production: config.production,
    allowEmbedded,
    poolSize: 1,
  });
  const database = closing.use('database', await progress('Starting the database', opening));
  await applyMigrations(database.pool, log);
  await requireKeptSecrets(database, secrets, { ...config, keepFolder });

  const host = '127.0.0.1';
  const ports = await freePorts(subgraphNames.length + 3);
  const [relay = 0, runner = 0, anyPort = 0] = ports.slice(subgraphNames.length);
  const gateway = config.port === 0 ? anyPort : config.port;
  const at = (port: number): string => `http://${host}:${port}`;
  const url = httpOrigin(config.host, gateway);
  const shared = environment(config, { secrets, databaseUrl: database.url });
  const parts = [
    ...subgraphNames.map((name, n) => ({
      name,
      entry: `subgraphs/${name}/dist/main.js`,
      port: ports[n] ?? 0,
    })),
    { name: 'outbox-relay', entry: 'workers/outbox-relay/dist/main.js', port: relay },
    { name: 'gateway', entry: 'gateway/dist/main.js', port: gateway },
    { name: 'job-runner', entry: 'workers/job-runner/dist/main.js', port: runner },
  ];
  const ends: Promise<CodedError>[] = [];
  for (const { name, entry, port } of parts) {
    const isGateway = name === 'gateway';
    const env = {
      ...shared,
      HOST: isGateway ? config.host : host,
      PORT: String(port),
      METRICS_PORT: String(port),
      GATEWAY_URL: url,
      SUBGRAPHS: subgraphNames.map((subgraph, n) => `${subgraph}=${at(ports[n] ?? 0)}`).join(),
    };
    const readyUrl = `${isGateway ? url : at(port)}/health/ready`;
    const child = closing.use(
      name,
      await progress(
        `Starting ${name}`,
        superviseChild({ name, entry, env, readyUrl, signal: closing.signal }, { log }),
      ),
    );
    ends.push(child.gaveUp);
  }
  const minter = await createAssertionMinter(secrets.assertion.privateKey, systemClock);
  const setUpToken = setUpTokenOf(database, config, secrets);
  return { url, relational: database, minter, setUpToken, gaveUp: Promise.race(ends) };
}

/** What every part is told: engines, secrets, limits. Each reads what it knows. */
function environment(
  config: ProductConfig,
  { secrets, databaseUrl }: { readonly secrets: Secrets; readonly databaseUrl: string },
): Record<string, string> {
  const { engines, traces, platform } = config;
  return {
    ...platform,
    NODE_ENV: config.production ? 'production' : 'development',
    LOG_LEVEL: config.logLevel,
    DATABASE_URL: databaseUrl,
    EVENT_LOG_URL: engines.eventLogUrl,
    DOCUMENT_STORE_URL: engines.documentStoreUrl,
    OBJECT_STORE_URL: engines.objectStoreUrl,
    KEY_PROVIDER_URL: engines.keyProviderUrl,
    FILE_SCANNER_URL: engines.fileScannerUrl,
    DATA_DIR: config.dataDir,
    FILES_SECRET: secrets.filesSecret,
    FILES_QUOTA_MIB: String(config.files.quotaMebibytes),
    FILES_UNSCANNED: config.files.unscanned,
    FILES_TRASH_DAYS: String(config.files.trashDays),
    KEY_VALUE_URL: engines.keyValueUrl,
    PUBSUB_URL: engines.pubSubUrl,
    STREAM_ENGINE_URL: engines.streamEngineUrl,
    BATCH_ENGINE_URL: engines.batchEngineUrl,
    ALLOW_EMBEDDED: engines.allowEmbedded ? '1' : '0',
    ASSERTION_PRIVATE_KEY: JSON.stringify(secrets.assertion.privateKey),
    ASSERTION_PUBLIC_KEY: JSON.stringify(secrets.assertion.publicKey),
    CURSOR_SECRET: secrets.cursorSecret,
    SEALING_KEY: secrets.sealingKey,
    SIGN_UP: config.signUpOpen ? 'open' : 'closed',
    SIGN_UPS_PER_MINUTE: String(config.signUpsPerMinute),
    ...(config.demo ? { DEMO_SIGN_INS: JSON.stringify(publishedSignIns()) } : {}),
    DEFAULT_WORKSPACE: config.defaultWorkspace,
    CORS_ORIGINS: config.corsOrigins.join(','),
    OPERATIONS: config.operations,
    ...trafficEnvironment(config.traffic),
    TRUST_PROXY: config.trustProxy ? '1' : '0',
    OUTBOX_LIMIT: String(config.backlogLimit),
    REQUESTS_PER_MINUTE: String(config.requestsPerMinute),
    ACCESS_TOKEN_SECONDS: String(config.accessTokenSeconds),
    ...(config.metricsToken === undefined ? {} : { METRICS_TOKEN: config.metricsToken }),
    ...tracesEnvironment(traces),
  };
}

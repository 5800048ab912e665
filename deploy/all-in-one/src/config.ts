import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { type TrafficSettings, trafficSettings, trafficVariables } from '@tributary/gateway/traffic';
import { defaultBacklogLimit } from '@tributary/outbox-relay';
import {
  accessTokenSecondsSetting,
  CodedError,
  choice,
  engineSettings,
  isLoopback,
  originsSetting,
  parseConfig,
  portSetting,
  processSettings,
  secretSetting,
  slugSetting,
  switchSetting,
  type TracesSettings,
  tracesSettings,
  wholeNumber,
} from '@tributary/runtime';

const settings = processSettings.extend({
  ...trafficVariables.shape,
  ...engineSettings.shape,
  PORT: portSetting.default(4000),
  LOG_LEVEL: processSettings.shape.LOG_LEVEL.unwrap().default('warn'),
  LOST_SECRETS: choice(['refuse', 'replace']).default('refuse'),
  SIGN_UP: choice(['open', 'closed']).default('open'),
  SIGN_UPS_PER_MINUTE: wholeNumber({ from: 1, to: 1_000_000_000 }).default(100),
  DEMO: choice(['on', 'off']).optional(),
  DEFAULT_WORKSPACE: slugSetting.default('demo'),
  CORS_ORIGINS: originsSetting,
  TRUST_PROXY: switchSetting,
  OPERATIONS: choice(['any', 'listed']).default('any'),
  FILES_QUOTA_MIB: wholeNumber({ from: 1, to: 1_000_000_000 }).default(10_240),
  FILES_UNSCANNED: choice(['serve', 'refuse']).default('serve'),
  FILES_TRASH_DAYS: wholeNumber({ from: 1, to: 3_650 }).default(30),
  METRICS_TOKEN: secretSetting.optional(),
  ACCESS_TOKEN_SECONDS: accessTokenSecondsSetting,
  REQUESTS_PER_MINUTE: wholeNumber({ from: 1, to: 1_000_000_000 }).default(1_000),
  OUTBOX_LIMIT: wholeNumber({ from: 1_000, to: 1_000_000_000 }).default(defaultBacklogLimit),
});

export interface ProductConfig {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Absolute path of the folder that holds everything this installation keeps. */
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly engines: {
    readonly databaseUrl: string;
    readonly eventLogUrl: string;
    readonly documentStoreUrl: string;
    readonly objectStoreUrl: string;
    readonly keyProviderUrl: string;
    readonly fileScannerUrl: string;
    readonly keyValueUrl: string;
    readonly pubSubUrl: string;
    readonly streamEngineUrl: string;
    readonly batchEngineUrl: string;
    readonly allowEmbedded: boolean;
  };
  /** `replace`: makes new secrets where those of existing data are gone. */
  readonly lostSecrets: 'refuse' | 'replace';
  readonly signUpOpen: boolean;
  /** Of one client address. */
  readonly signUpsPerMinute: number;
  readonly files: {
    readonly quotaMebibytes: number;
    readonly unscanned: 'serve' | 'refuse';
    readonly trashDays: number;
  };
  /** The demo workspace: only on loopback, never in production. */
  readonly demo: boolean;
  /** DEMO=on was given: somebody waits for it. */
  readonly demoAsked: boolean;
  /** Believe `X-Forwarded-For` of the hop in front: only behind a proxy of one's own. */
  readonly trustProxy: boolean;
  /** On loopback, behind no proxy and not in production: nobody but this machine's users reaches it. */
  readonly isPrivate: boolean;
  readonly defaultWorkspace: string;
  readonly corsOrigins: readonly string[];
  readonly requestsPerMinute: number;
  /** Events that may wait for the log before changes are refused. */
  readonly backlogLimit: number;
  /** Whoever shows it reads `/metrics`; without it only this machine does. */
  readonly metricsToken: string | undefined;
  readonly accessTokenSeconds: number;
  /** `listed`: clients may send the operations of `schema/operations` and no others. */
  readonly operations: 'any' | 'listed';
  /** How the gateway holds traffic, and what it tells of it. */
  readonly traffic: TrafficSettings;
  readonly traces: TracesSettings | undefined;
  /** What Node and the drivers of engines look up by themselves, for the processes that it starts. */
  readonly platform: Readonly<Record<string, string>>;
}

/** Authorities beside Node's; limits of its memory and the like; the time zone; folders; and where the SDK of S3 finds keys, roles and profiles. */
const lookedUpByOthers =
  /^(?:NODE_EXTRA_CA_CERTS|NODE_OPTIONS|TZ|SSL_CERT_(?:DIR|FILE)|HOME|PATH|TMPDIR|AWS_\w+)$/;

/** Reads the environment and the profile file (`--profile NAME`, `embedded` when absent); the environment wins. */
export function readConfig(): ProductConfig {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: { profile: { type: 'string', default: 'embedded' } },
    strict: false,
  });
  const env = parseConfig(settings, process.env, profile(String(values['profile'])));
  const production = env.NODE_ENV === 'production';
  const trustProxy = env.TRUST_PROXY === '1';
  const isPrivate = !production && isLoopback(env.HOST) && !trustProxy;
  return Object.freeze({
    production,
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(env.DATA_DIR),
    logLevel: env.LOG_LEVEL,
    engines: Object.freeze({
      databaseUrl: env.DATABASE_URL,
      eventLogUrl: env.EVENT_LOG_URL,
      documentStoreUrl: env.DOCUMENT_STORE_URL,
      objectStoreUrl: env.OBJECT_STORE_URL,
      keyProviderUrl: env.KEY_PROVIDER_URL,
      fileScannerUrl: env.FILE_SCANNER_URL,
      keyValueUrl: env.KEY_VALUE_URL,
      pubSubUrl: env.PUBSUB_URL,
      streamEngineUrl: env.STREAM_ENGINE_URL,
      batchEngineUrl: env.BATCH_ENGINE_URL,
      allowEmbedded: !production || env.ALLOW_EMBEDDED === '1',
    }),
    lostSecrets: env.LOST_SECRETS,
    signUpOpen: env.SIGN_UP === 'open',
    signUpsPerMinute: env.SIGN_UPS_PER_MINUTE,
    files: Object.freeze({
      quotaMebibytes: env.FILES_QUOTA_MIB,
      unscanned: env.FILES_UNSCANNED,
      trashDays: env.FILES_TRASH_DAYS,
    }),
    demo: wantsDemo(env.DEMO, isPrivate),
    demoAsked: env.DEMO === 'on',
    trustProxy,
    isPrivate,
    defaultWorkspace: env.DEFAULT_WORKSPACE,
    corsOrigins: env.CORS_ORIGINS,
    requestsPerMinute: env.REQUESTS_PER_MINUTE,
    backlogLimit: env.OUTBOX_LIMIT,
    metricsToken: env.METRICS_TOKEN,
    accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
    operations: env.OPERATIONS,
    traffic: trafficSettings(env),
    traces: tracesSettings(env),
    platform: platform(process.env),
  });
}

function platform(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const found = Object.entries(env).filter(([name]) => lookedUpByOthers.test(name));
  return Object.freeze(Object.fromEntries(found.map(([name, value = '']) => [name, value])));
}

/** @throws CodedError CONFIG_INVALID when it is asked for where others could use its published passwords. */
function wantsDemo(asked: 'on' | 'off' | undefined, isPrivate: boolean): boolean {
  if (asked === 'on' && !isPrivate) {
    const message =
      'DEMO=on is refused: the passwords of the demo are published, so it exists on a loopback HOST only and never with NODE_ENV=production or TRUST_PROXY=1; leave DEMO out.';
    throw new CodedError('CONFIG_INVALID', message);
  }
  return asked !== 'off' && isPrivate;
}

/** Settings of `deploy/profiles/<name>.env`, the only place where engine URLs live. */
function profile(name: string): Readonly<Record<string, string | undefined>> {
  if (!/^[a-z0-9-]+$/.test(name))
    throw new CodedError('CONFIG_INVALID', 'A profile name has lower-case letters, digits and dashes.');
  try {
    return parseEnv(readFileSync(new URL(`../../profiles/${name}.env`, import.meta.url), 'utf8'));
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `There is no profile ${name} in deploy/profiles.`, { cause });
  }
}

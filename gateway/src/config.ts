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
import { listedOperationFiles } from '@tributary/schema';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { UnreadLimits } from './http/patient-answers.ts';
import { type MetricsAccess, metricsAccess } from './security/metrics-access.ts';
import type { UnderWayLimits } from './security/under-way.ts';
import {
  defaultTraffic,
  type TrafficSettings,
  trafficSettings,
  trafficVariables,
} from './traffic/product-traffic.ts';

/** What a gateway is told from outside. Built by `gatewaySettings`, frozen. */
export interface GatewaySettings {
  readonly production: boolean;
  /** The workspace of requests that name none; undefined: they must name one to be more than anonymous outsiders. */
  readonly defaultWorkspace: string | undefined;
  /** Origins whose pages may call and open sockets, by exact match. */
  readonly corsOrigins: readonly string[];
  /** Believe `X-Forwarded-For` of the hop in front: only behind a proxy of one's own. */
  readonly trustProxy: boolean;
  /** Answer only requests that name this machine as localhost, 127.0.0.1 or [::1]: where nobody else should reach it. */
  readonly loopbackOnly: boolean;
  readonly metricsAccess: MetricsAccess;
  readonly requestsPerMinute: number;
  readonly underWay: UnderWayLimits;
  /** Of answers whose clients do not read them. */
  readonly unread: UnreadLimits;
  readonly bodyLimitBytes: number;
  /** How long the head of a request may take to arrive, and any body that is not read while it does. */
  readonly arrivalMs: number;
  /** How long a client may send nothing in the middle of a body that is read while it arrives. */
  readonly idleBodyMs: number;
  /** The identity subgraph signs no access token for longer; older and longer ones are refused. */
  readonly accessTokenLifetimeMs: number;
  readonly operations: OperationLimits;
  readonly traffic: TrafficSettings;
  /** Texts of the operations that are executed, and no others; undefined: whatever fits the schema. Processes of ours may ask anything. */
  readonly listedOperations: readonly string[] | undefined;
}

export interface OperationLimits {
  readonly queryBytes: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields, with fragments counted wherever they are spread. */
  readonly fields: number;
  readonly rootFields: number;
  /** The same response key in one selection set. */
  readonly repeats: number;
  /** Objects the operation may touch at most, by its page sizes. */
  readonly cost: number;
  readonly variableDepth: number;
  /** Objects, lists and leaves in the variables. Each is coerced twice, here and in its subgraph, a few microseconds a time. */
  readonly variableValues: number;
}

export const defaultSettings: GatewaySettings = Object.freeze({
  production: false,
  defaultWorkspace: undefined,
  corsOrigins: [],
  trustProxy: false,
  loopbackOnly: false,
  metricsAccess: 'open',
  requestsPerMinute: 1_000,
  underWay: Object.freeze({ perCaller: 100, inAll: 1_000 }),
  unread: Object.freeze({ answerMs: 30_000, streamMs: 120_000, bytes: 256 * 1024 * 1024 }),
  bodyLimitBytes: 1024 * 1024,
  arrivalMs: 30_000,
  idleBodyMs: 30_000,
  accessTokenLifetimeMs: 600_000,
  listedOperations: undefined,
  traffic: defaultTraffic,
  operations: Object.freeze({
    queryBytes: 128 * 1024,
    tokens: 10_000,
    depth: 12,
    aliases: 100,
    directives: 50,
    fields: 1_500,
    rootFields: 50,
    repeats: 100,
    cost: 10_000,
    variableDepth: 40,
    variableValues: 25_000,
  }),
});

/** The defaults with what differs, frozen. */
export function gatewaySettings(different: Partial<GatewaySettings> = {}): GatewaySettings {
  return Object.freeze({ ...defaultSettings, ...different });
}

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const environment = processSettings.extend({
  ...trafficVariables.shape,
  ...engineSettings.omit({ DOCUMENT_STORE_URL: true, STREAM_ENGINE_URL: true, BATCH_ENGINE_URL: true }).shape,
  PORT: portSetting.default(4000),
  SUBGRAPHS: list,
  DOORS: z.string().default('identity=/.well-known/jwks.json,rest=/v1,jobs=/hooks'),
  STREAM_DOORS: z.string().default('files=/files,data=/data,analytics=/analytics'),
  SUBGRAPH_CONNECTIONS: wholeNumber({ from: 1, to: 10_000 }).default(64),
  ASSERTION_PRIVATE_KEY: z.string().min(1),
  CURSOR_SECRET: z.string().min(32),
  CORS_ORIGINS: originsSetting,
  TRUST_PROXY: switchSetting,
  DEFAULT_WORKSPACE: slugSetting.optional(),
  OPERATIONS: choice(['any', 'listed']).default('any'),
  METRICS_TOKEN: secretSetting.optional(),
  ACCESS_TOKEN_SECONDS: accessTokenSecondsSetting,
  REQUESTS_PER_MINUTE: wholeNumber({ from: 1, to: 1_000_000_000 }).default(defaultSettings.requestsPerMinute),
});

export interface RemoteAddress {
  readonly name: string;
  readonly url: string;
  readonly doorPrefixes: readonly string[];
  readonly streamDoorPrefixes: readonly string[];
}

export interface GatewayProcessConfig {
  readonly settings: GatewaySettings;
  readonly port: number;
  readonly host: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly subgraphs: readonly RemoteAddress[];
  readonly subgraphConnections: number;
  readonly engines: {
    readonly eventLogUrl: string;
    readonly keyValueUrl: string;
    readonly pubSubUrl: string;
    readonly databaseUrl: string;
    readonly allowEmbedded: boolean;
  };
  /** Where an embedded database would live. */
  readonly dataDir: string;
  /** Ed25519 key pair, JWK. */
  readonly assertionKeys: { readonly privateKey: JWK; readonly publicKey: JWK };
  readonly cursorSecret: string;
  readonly traces: TracesSettings | undefined;
}

/** Reads the environment of a gateway process. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig(): GatewayProcessConfig {
  const env = parseConfig(environment, process.env);
  const production = env.NODE_ENV === 'production';
  const doors = pairs('DOORS', env.DOORS.split(','));
  const streamDoors = pairs('STREAM_DOORS', env.STREAM_DOORS.split(','));
  const prefixesOf = (name: string, all: typeof doors): readonly string[] =>
    all.filter(([owner]) => owner === name).map(([, prefix]) => prefix);
  return Object.freeze({
    settings: gatewaySettings({
      production,
      defaultWorkspace: env.DEFAULT_WORKSPACE,
      corsOrigins: env.CORS_ORIGINS,
      trustProxy: env.TRUST_PROXY === '1',
      // Behind a proxy of one's own the Host is that of the public.
      loopbackOnly: !production && isLoopback(env.HOST) && env.TRUST_PROXY !== '1',
      metricsAccess: metricsAccess({
        host: env.HOST,
        trustProxy: env.TRUST_PROXY === '1',
        token: env.METRICS_TOKEN,
      }),
      requestsPerMinute: env.REQUESTS_PER_MINUTE,
      accessTokenLifetimeMs: env.ACCESS_TOKEN_SECONDS * 1000,
      listedOperations: listedOperations(env.OPERATIONS),
      traffic: trafficSettings(env),
    }),
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    subgraphs: pairs('SUBGRAPHS', env.SUBGRAPHS).map(([name, url]) => ({
      name,
      url,
      doorPrefixes: prefixesOf(name, doors),
      streamDoorPrefixes: prefixesOf(name, streamDoors),
    })),
    subgraphConnections: env.SUBGRAPH_CONNECTIONS,
    engines: Object.freeze({
      eventLogUrl: env.EVENT_LOG_URL,
      keyValueUrl: env.KEY_VALUE_URL,
      pubSubUrl: env.PUBSUB_URL,
      databaseUrl: env.DATABASE_URL,
      allowEmbedded: !production || env.ALLOW_EMBEDDED === '1',
    }),
    dataDir: env.DATA_DIR,
    assertionKeys: keyPair(env.ASSERTION_PRIVATE_KEY),
    cursorSecret: env.CURSOR_SECRET,
    traces: tracesSettings(env),
  });
}

/** What `OPERATIONS=listed` lists. */
export function listedOperations(operations: 'any' | 'listed'): readonly string[] | undefined {
  return operations === 'any' ? undefined : listedOperationFiles().map(({ text }) => text);
}

function pairs(setting: string, items: readonly string[]): readonly (readonly [string, string])[] {
  return items.map((item) => {
    const at = item.indexOf('=');
    if (at < 1)
      throw new CodedError(
        'CONFIG_INVALID',
        `The configuration is not usable: ${setting} needs name=value pairs.`,
      );
    return [item.slice(0, at).trim(), item.slice(at + 1).trim()] as const;
  });
}

/** The public half is part of a private JWK (RFC 8037 §2). */
function keyPair(text: string): GatewayProcessConfig['assertionKeys'] {
  try {
    const { d, ...publicKey } = JSON.parse(text) as JWK;
    if (publicKey.crv === 'Ed25519' && typeof d === 'string')
      return { privateKey: { ...publicKey, d }, publicKey };
  } catch {
    // The sentence below says it for both.
  }
  throw new CodedError(
    'CONFIG_INVALID',
    'The configuration is not usable: ASSERTION_PRIVATE_KEY is no Ed25519 private JWK.',
  );
}

import { readFile } from 'node:fs/promises';
import { CodedError } from '@tributary/runtime';
import { parse } from 'yaml';
import { z } from 'zod';
import { headerName, headerValue } from './header-names.ts';
import { withVariables } from './named-variables.ts';
import { streamSettings, subgraphStreams } from './stream-settings.ts';
import { insightSettings, subgraphTraffic, trafficSettings } from './traffic-settings.ts';

const headerRules = z
  .strictObject({
    /** Fields of the client's request that the subgraph gets too. */
    forward: z.array(headerName).default([]),
    /** Fields the subgraph gets, whatever the client sends. */
    set: z.record(headerName, z.string().regex(headerValue, 'must be a header field value')).default({}),
  })
  .prefault({});

const ms = z.int().min(1).max(600_000);
const count = z.int().min(1).max(10_000_000);
const answerBytes = z.int().min(1_024).max(1_073_741_824);

const subgraphSettings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).optional(),
  timeoutMs: ms.optional(),
  connections: z.int().min(1).max(10_000).optional(),
  answerBytes: answerBytes.optional(),
  headers: headerRules,
  subscriptions: subgraphStreams,
  ...subgraphTraffic,
});

const schema = z.strictObject({
  /** For every subgraph; what a subgraph says of itself is added, and wins. */
  headers: headerRules,
  subgraphs: z.record(z.string(), subgraphSettings).default({}),
  /** Milliseconds a subgraph may take for a fetch. */
  timeoutMs: ms.default(30_000),
  /** Connections to each subgraph at most: what bounds how much of the gateway a slow one can hold. */
  connections: z.int().min(1).max(10_000).default(256),
  /** What one answer of a subgraph may have: with the connections, what a broken one can hold of memory and time. */
  answerBytes: answerBytes.default(32 * 1024 * 1024),
  /** How often a query is asked again of a subgraph that could not be reached. Mutations never are. */
  retries: z.int().min(0).max(5).default(1),
  /** Equal queries of one moment, with equal credentials and forwarded fields, share one execution. */
  dedupe: z.boolean().default(true),
  /** Labels of `@override` that are in force. Those of the form `percent(5)` are by lot, for each operation. */
  overrideLabels: z.array(z.string()).default([]),
  subscriptions: streamSettings,
  ...trafficSettings,
  ...insightSettings,
  introspection: z.boolean().default(true),
  persistedQueries: z.boolean().default(true),
  /** Milliseconds until a connection on which nothing is asked is ended: longer than proxies keep theirs, which else send into one that closes. */
  keepAliveMs: ms.default(72_000),
  /** Milliseconds until the head of a request must have come, and then its body. */
  arrivalMs: ms.default(30_000),
  /** Milliseconds until a client that takes nothing of what waits for it is cut. */
  unreadMs: ms.default(30_000),
  /** Exact origins of pages that may ask. */
  corsOrigins: z
    .array(z.string().refine(isOrigin, 'must be an origin as browsers say it, such as https://app.example'))
    .default([]),
  /** Believe the last entry of X-Forwarded-For: only behind a proxy of one's own. */
  trustProxy: z.boolean().default(false),
  limits: z
    .strictObject({
      bodyBytes: count.default(1024 * 1024),
      /** What a client may send over a socket at once. */
      frameBytes: count.default(256 * 1024),
      queryBytes: count.default(128 * 1024),
      tokens: count.default(15_000),
      depth: count.default(50),
      aliases: count.default(500),
      directives: count.default(200),
      fields: count.default(5_000),
      rootFields: count.default(200),
      repeats: count.default(500),
      variableDepth: z.int().min(1).max(500).default(100),
      variableValues: count.default(100_000),
      /** Requests under way in all; those beyond are refused at once. */
      underWay: count.default(2_000),
      /** Answers that wait for their clients, in all; a quarter of it for one connection. */
      unreadBytes: z.int().min(1_048_576).max(1_099_511_627_776).default(268_435_456),
    })
    .prefault({}),
});

/** In the form of the field `Origin`: without a path, a slash at the end, capitals or the port that goes without saying. */
function isOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(text) && URL.canParse(text) && sameOrigin(text);
}

/** Only of web addresses does `URL` know the origin; browser extensions and apps have others. */
function sameOrigin(text: string): boolean {
  const { origin } = new URL(text);
  return origin === 'null' || origin === text;
}

/** How a stand-alone gateway treats requests and subgraphs. */
export type StandaloneSettings = Readonly<z.infer<typeof schema>>;
export type HeaderRules = StandaloneSettings['headers'];

export const defaultStandaloneSettings: StandaloneSettings = Object.freeze(schema.parse({}));

/** Reads a settings file in YAML (of which JSON is a part). @throws CodedError CONFIG_INVALID naming every fault with its place */
export async function readSettingsFile(path: string): Promise<StandaloneSettings> {
  return readYaml(path, schema);
}

/** A YAML file held to a schema, in which `${env.NAME}` stands for a variable of the environment. @throws CodedError CONFIG_INVALID naming the file and every fault */
export async function readYaml<Value>(path: string, shape: z.ZodType<Value>): Promise<Value> {
  let content: unknown;
  try {
    // Without a limit a few lines of aliases unfold to gigabytes.
    content = parse(await readFile(path, 'utf8'), { maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new CodedError('CONFIG_INVALID', `${path} cannot be read: ${reason}`, { cause });
  }
  const result = z.preprocess(withVariables, shape).safeParse(content);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`,
  );
  throw new CodedError('CONFIG_INVALID', `${path} is not usable: ${faults.join('; ')}.`);
}

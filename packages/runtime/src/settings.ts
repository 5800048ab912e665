import { z } from 'zod';
import { jsonSetting } from './config.ts';
import { slugFault } from './slug.ts';

export interface WholeNumberRange {
  readonly from: number;
  readonly to: number;
}

/** A setting that is a whole number, both ends included. Digits alone count: `1e3`, `0x10` and `4000 ` are typing errors. */
export function wholeNumber({ from, to }: WholeNumberRange) {
  const fault = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, fault)
    .transform(Number)
    .refine((value) => value >= from && value <= to, fault);
}

/** A TCP port to listen on; 0 takes a free one. */
export const portSetting = wholeNumber({ from: 0, to: 65_535 });

/** A setting that switches something on. */
export const switchSetting = choice(['0', '1']).default('0');

/** A setting with a few words to choose from. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}` });
}

/** A setting that is the URL of something which speaks HTTP. */
export const httpUrlSetting = z.url({
  protocol: /^https?$/,
  error: 'must be a URL that starts with http:// or https://',
});

/** A setting that lists origins of pages, separated by commas. They are compared as browsers write them (RFC 6454 §6.2), so nothing else is taken. */
export const originsSetting = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .refine((origins) => origins.every(isExactOrigin), {
    error: 'must list exact origins such as https://app.example, without a path and without wildcards',
  });

function isExactOrigin(text: string): boolean {
  if (/^https?:/i.test(text))
    return URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
  // Of apps and browser extensions.
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d+)?$/.test(text);
}

/** A secret that people make up: short ones are guessed. */
export const secretSetting = z.string().min(16, { error: 'must have 16 characters or more' });

/** How long access tokens live: identity signs them for that long, and the gateway takes none that live longer. */
export const accessTokenSecondsSetting = wholeNumber({ from: 60, to: 3_600 }).default(600);

/** A setting that names a workspace as in URLs. */
export const slugSetting = z.string().refine((slug) => slugFault(slug) === undefined, {
  error:
    'must be 2 to 48 lower-case letters, digits and single dashes, and no reserved word such as admin or api',
});

const engineUrl = z.string({ error: 'must be set, for example to embedded:' });

/** Which engine stands behind each port; a process picks those it opens. The scheme is checked where it is opened. */
export const engineSettings = z.object({
  DATABASE_URL: engineUrl,
  EVENT_LOG_URL: engineUrl,
  DOCUMENT_STORE_URL: engineUrl,
  OBJECT_STORE_URL: engineUrl,
  KEY_PROVIDER_URL: engineUrl,
  FILE_SCANNER_URL: engineUrl,
  KEY_VALUE_URL: engineUrl,
  PUBSUB_URL: engineUrl,
  STREAM_ENGINE_URL: engineUrl,
  BATCH_ENGINE_URL: engineUrl,
});

/** Where traces go. */
export interface TracesSettings {
  /** OTLP/HTTP, e.g. `http://collector:4318/v1/traces`. */
  readonly endpoint: string;
  /** Share of the traces begun here that are sent, 0 to 1. One that was begun elsewhere is sent when it is sent there. */
  readonly sampleRatio: number;
}

/** The variables that say it, by the names that OpenTelemetry gives them. */
export const tracesVariables = z.object({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrlSetting.optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, 'must be a number from 0 to 1, such as 0.05')
    .default('1')
    .transform(Number),
});

/** Undefined where traces go nowhere. */
export function tracesSettings(env: z.infer<typeof tracesVariables>): TracesSettings | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: sampleRatio } = env;
  return endpoint === undefined ? undefined : { endpoint, sampleRatio };
}

/** The same as variables again, for a process that is started by another. */
export function tracesEnvironment(traces: TracesSettings | undefined): Record<string, string> {
  if (traces === undefined) return {};
  const { endpoint, sampleRatio } = traces;
  return {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    // Never in the form of an exponent.
    OTEL_TRACES_SAMPLER_ARG: sampleRatio.toFixed(9),
  };
}

/** What every process is told, with the same names, words and defaults everywhere. */
export const processSettings = z.object({
  NODE_ENV: choice(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.tributary'),
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ALLOW_EMBEDDED: switchSetting,
  ...tracesVariables.shape,
});

/** What every process is told, in the words of its code. */
export function processConfig(env: z.infer<typeof processSettings>) {
  return {
    host: env.HOST,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    traces: tracesSettings(env),
  };
}

/** What every subgraph process is told. `Jwk`: the public key that assertions are verified with. */
export function subgraphSettings<Jwk>(port: number) {
  return processSettings.extend({
    PORT: portSetting.default(port),
    DATABASE_URL: engineUrl,
    ASSERTION_PUBLIC_KEY: jsonSetting<Jwk>('must be a public JWK in JSON'),
  });
}

/** What every subgraph process is told, in the words of its code. */
export function subgraphConfig<Jwk>(env: z.infer<ReturnType<typeof subgraphSettings<Jwk>>>) {
  return {
    ...processConfig(env),
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
  };
}

import { jsonSetting, parseConfig } from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';
import { z } from 'zod';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const settings = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4007),
  DATA_DIR: z.string().default('.tributary'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  EVENT_LOG_URL: z.string().min(1),
  ALLOW_EMBEDDED: z.enum(['0', '1']).default('0'),
  ASSERTION_PUBLIC_KEY: jsonSetting<Jwk>('must be a public JWK in JSON'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
});

export type JobsConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    eventLogUrl: env.EVENT_LOG_URL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

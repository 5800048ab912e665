import { jsonSetting, parseConfig } from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';
import { z } from 'zod';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const jwk = jsonSetting<Jwk>('must be a JWK in JSON');

const settings = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4003),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.tributary'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  ALLOW_EMBEDDED: z.enum(['0', '1']).default('0'),
  GATEWAY_URL: z.url(),
  ASSERTION_PUBLIC_KEY: jwk,
  ASSERTION_PRIVATE_KEY: jwk,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
});

/** Reads the process's settings. @throws CodedError CONFIG_INVALID naming each that is missing or wrong. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    port: env.PORT,
    host: env.HOST,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    gatewayUrl: env.GATEWAY_URL,
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    assertionPrivateKey: env.ASSERTION_PRIVATE_KEY,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

import { jsonSetting, parseConfig } from '@tributary/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';

const settings = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4002),
  DATA_DIR: z.string().default('.tributary'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  DOCUMENT_STORE_URL: z.string().min(1),
  KEY_VALUE_URL: z.string().min(1),
  PUBSUB_URL: z.string().min(1),
  ALLOW_EMBEDDED: z.enum(['0', '1']).default('0'),
  ASSERTION_PUBLIC_KEY: jsonSetting<JWK>('must be a public JWK in JSON'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
});

export interface DataConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly databaseUrl: string;
  readonly documentStoreUrl: string;
  readonly keyValueUrl: string;
  readonly pubSubUrl: string;
  readonly production: boolean;
  readonly allowEmbedded: boolean;
  readonly assertionPublicKey: JWK;
  readonly tracesEndpoint: string | undefined;
}

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig(): DataConfig {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    documentStoreUrl: env.DOCUMENT_STORE_URL,
    keyValueUrl: env.KEY_VALUE_URL,
    pubSubUrl: env.PUBSUB_URL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

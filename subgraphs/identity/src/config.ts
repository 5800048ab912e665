import { jsonSetting, parseConfig } from '@tributary/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';
import { defaultSettings, type IdentitySettings } from './core.ts';

const settings = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4001),
  DATA_DIR: z.string().default('.tributary'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  EVENT_LOG_URL: z.string().min(1),
  KEY_VALUE_URL: z.string().min(1),
  ALLOW_EMBEDDED: z.enum(['0', '1']).default('0'),
  ASSERTION_PUBLIC_KEY: jsonSetting<JWK>('must be a public JWK in JSON'),
  SEALING_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in Base64'),
  SIGN_UP: z.enum(['open', 'closed']).default('open'),
  ACCESS_TOKEN_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(3_600)
    .default(defaultSettings.accessTokenSeconds),
  DEFAULT_WORKSPACE: z.string().default('demo'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
});

export interface IdentityConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly databaseUrl: string;
  readonly eventLogUrl: string;
  readonly keyValueUrl: string;
  readonly production: boolean;
  readonly allowEmbedded: boolean;
  readonly assertionPublicKey: JWK;
  readonly settings: IdentitySettings;
  readonly tracesEndpoint: string | undefined;
}

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig(): IdentityConfig {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    eventLogUrl: env.EVENT_LOG_URL,
    keyValueUrl: env.KEY_VALUE_URL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    settings: Object.freeze({
      ...defaultSettings,
      signUpOpen: env.SIGN_UP === 'open',
      sealingKey: env.SEALING_KEY,
      accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
      operatorWorkspace: env.DEFAULT_WORKSPACE,
    }),
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

import {
  choice,
  engineSettings,
  jsonSetting,
  parseConfig,
  portSetting,
  processSettings,
  slugSetting,
  wholeNumber,
} from '@tributary/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';
import { type DemoSignIn, defaultSettings, type IdentitySettings } from './core.ts';

const settings = processSettings.extend({
  ...engineSettings.pick({ DATABASE_URL: true, EVENT_LOG_URL: true, KEY_VALUE_URL: true }).shape,
  PORT: portSetting.default(4001),
  ASSERTION_PUBLIC_KEY: jsonSetting<JWK>('must be a public JWK in JSON'),
  SEALING_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in Base64'),
  SIGN_UP: choice(['open', 'closed']).default('open'),
  ACCESS_TOKEN_SECONDS: wholeNumber({ from: 60, to: 3_600 }).default(defaultSettings.accessTokenSeconds),
  DEMO_SIGN_INS: jsonSetting<readonly DemoSignIn[]>('must be a list of sign-ins in JSON').optional(),
  DEFAULT_WORKSPACE: slugSetting.default('demo'),
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
      demoSignIns: env.DEMO_SIGN_INS ?? [],
    }),
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

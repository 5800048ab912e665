import { engineSettings, jsonSetting, parseConfig, portSetting, processSettings } from '@tributary/runtime';
import type { JWK } from 'jose';

const settings = processSettings.extend({
  ...engineSettings.omit({ EVENT_LOG_URL: true, STREAM_ENGINE_URL: true, BATCH_ENGINE_URL: true }).shape,
  PORT: portSetting.default(4002),
  ASSERTION_PUBLIC_KEY: jsonSetting<JWK>('must be a public JWK in JSON'),
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

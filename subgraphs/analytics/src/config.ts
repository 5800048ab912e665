import {
  engineSettings,
  httpUrlSetting,
  jsonSetting,
  parseConfig,
  portSetting,
  processSettings,
} from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const settings = processSettings.extend({
  ...engineSettings.pick({
    DATABASE_URL: true,
    EVENT_LOG_URL: true,
    STREAM_ENGINE_URL: true,
    BATCH_ENGINE_URL: true,
  }).shape,
  PORT: portSetting.default(4005),
  GATEWAY_URL: httpUrlSetting,
  ASSERTION_PUBLIC_KEY: jsonSetting<Jwk>('must be a public JWK in JSON'),
});

export type AnalyticsConfig = ReturnType<typeof readConfig>;

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
    streamEngineUrl: env.STREAM_ENGINE_URL,
    batchEngineUrl: env.BATCH_ENGINE_URL,
    gatewayUrl: env.GATEWAY_URL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  });
}

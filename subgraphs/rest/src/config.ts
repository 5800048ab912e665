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

const jwk = jsonSetting<Jwk>('must be a JWK in JSON');

const settings = processSettings.extend({
  ...engineSettings.pick({ DATABASE_URL: true }).shape,
  PORT: portSetting.default(4003),
  GATEWAY_URL: httpUrlSetting,
  ASSERTION_PUBLIC_KEY: jwk,
  ASSERTION_PRIVATE_KEY: jwk,
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

import {
  httpUrlSetting,
  jsonSetting,
  parseConfig,
  subgraphConfig,
  subgraphSettings,
} from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const settings = subgraphSettings<Jwk>(4003).extend({
  GATEWAY_URL: httpUrlSetting,
  ASSERTION_PRIVATE_KEY: jsonSetting<Jwk>('must be a JWK in JSON'),
});

/** Reads the process's settings. @throws CodedError CONFIG_INVALID naming each that is missing or wrong. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<Jwk>(env),
    gatewayUrl: env.GATEWAY_URL,
    assertionPrivateKey: env.ASSERTION_PRIVATE_KEY,
  });
}

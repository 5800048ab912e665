import { engineSettings, parseConfig, subgraphConfig, subgraphSettings } from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const settings = subgraphSettings<Jwk>(4007).extend(
  engineSettings.pick({ EVENT_LOG_URL: true, KEY_PROVIDER_URL: true }).shape,
);

export type JobsConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<Jwk>(env),
    eventLogUrl: env.EVENT_LOG_URL,
    keyProviderUrl: env.KEY_PROVIDER_URL,
  });
}

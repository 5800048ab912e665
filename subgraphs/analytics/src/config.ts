import {
  engineSettings,
  httpUrlSetting,
  parseConfig,
  subgraphConfig,
  subgraphSettings,
} from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const settings = subgraphSettings<Jwk>(4005).extend({
  ...engineSettings.pick({ EVENT_LOG_URL: true, STREAM_ENGINE_URL: true, BATCH_ENGINE_URL: true }).shape,
  GATEWAY_URL: httpUrlSetting,
});

export type AnalyticsConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<Jwk>(env),
    eventLogUrl: env.EVENT_LOG_URL,
    streamEngineUrl: env.STREAM_ENGINE_URL,
    batchEngineUrl: env.BATCH_ENGINE_URL,
    gatewayUrl: env.GATEWAY_URL,
  });
}

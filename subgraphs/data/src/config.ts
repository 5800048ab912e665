import { engineSettings, parseConfig, subgraphConfig, subgraphSettings } from '@tributary/runtime';
import type { JWK } from 'jose';

const settings = subgraphSettings<JWK>(4002).extend(
  engineSettings.pick({
    DOCUMENT_STORE_URL: true,
    KEY_VALUE_URL: true,
    PUBSUB_URL: true,
  }).shape,
);

export type DataConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<JWK>(env),
    documentStoreUrl: env.DOCUMENT_STORE_URL,
    keyValueUrl: env.KEY_VALUE_URL,
    pubSubUrl: env.PUBSUB_URL,
  });
}

import {
  choice,
  engineSettings,
  httpUrlSetting,
  parseConfig,
  subgraphConfig,
  subgraphSettings,
  wholeNumber,
} from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';
import { z } from 'zod';
import { defaultSettings, type FilesSettings } from './core.ts';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const mebibyte = 1024 ** 2;

const settings = subgraphSettings<Jwk>(4006).extend({
  ...engineSettings.pick({ OBJECT_STORE_URL: true, KEY_PROVIDER_URL: true, FILE_SCANNER_URL: true }).shape,
  GATEWAY_URL: httpUrlSetting,
  FILES_SECRET: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in Base64'),
  FILES_QUOTA_MIB: wholeNumber({ from: 1, to: 1_000_000_000 }).default(defaultSettings.quotaBytes / mebibyte),
  FILES_UNSCANNED: choice(['serve', 'refuse']).default(defaultSettings.unscanned),
  FILES_TRASH_DAYS: wholeNumber({ from: 1, to: 3_650 }).default(defaultSettings.trashDays),
});

export type FilesConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<Jwk>(env),
    objectStoreUrl: env.OBJECT_STORE_URL,
    keyProviderUrl: env.KEY_PROVIDER_URL,
    fileScannerUrl: env.FILE_SCANNER_URL,
    gatewayUrl: env.GATEWAY_URL,
    settings: Object.freeze<FilesSettings>({
      ...defaultSettings,
      secret: env.FILES_SECRET,
      quotaBytes: env.FILES_QUOTA_MIB * mebibyte,
      unscanned: env.FILES_UNSCANNED,
      trashDays: env.FILES_TRASH_DAYS,
    }),
  });
}

import {
  choice,
  engineSettings,
  jsonSetting,
  parseConfig,
  portSetting,
  processSettings,
  wholeNumber,
} from '@tributary/runtime';
import type { createAssertionVerifier } from '@tributary/subgraph-kit';
import { z } from 'zod';
import { defaultSettings, type FilesSettings } from './core.ts';

type Jwk = Parameters<typeof createAssertionVerifier>[0];

const mebibyte = 1024 ** 2;

const settings = processSettings.extend({
  PORT: portSetting.default(4006),
  DATABASE_URL: engineSettings.shape.DATABASE_URL,
  OBJECT_STORE_URL: engineSettings.shape.OBJECT_STORE_URL,
  KEY_PROVIDER_URL: engineSettings.shape.KEY_PROVIDER_URL,
  FILE_SCANNER_URL: engineSettings.shape.FILE_SCANNER_URL,
  ASSERTION_PUBLIC_KEY: jsonSetting<Jwk>('must be a public JWK in JSON'),
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
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    objectStoreUrl: env.OBJECT_STORE_URL,
    keyProviderUrl: env.KEY_PROVIDER_URL,
    fileScannerUrl: env.FILE_SCANNER_URL,
    production: env.NODE_ENV === 'production',
    allowEmbedded: env.ALLOW_EMBEDDED === '1',
    assertionPublicKey: env.ASSERTION_PUBLIC_KEY,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    settings: Object.freeze<FilesSettings>({
      ...defaultSettings,
      secret: env.FILES_SECRET,
      quotaBytes: env.FILES_QUOTA_MIB * mebibyte,
      unscanned: env.FILES_UNSCANNED,
      trashDays: env.FILES_TRASH_DAYS,
    }),
  });
}

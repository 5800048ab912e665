import { expect, test } from 'vitest';
import { checkEngineUrls } from '../src/open-engines.ts';
import { productConfig } from './product-config.ts';

test.each([
  ['DATABASE_URL', { databaseUrl: 'mysql://localhost' }],
  ['EVENT_LOG_URL', { eventLogUrl: 'nats://localhost' }],
  ['DOCUMENT_STORE_URL', { documentStoreUrl: 'couch://localhost' }],
  ['OBJECT_STORE_URL', { objectStoreUrl: 'file://relative' }],
  ['KEY_PROVIDER_URL', { keyProviderUrl: 'file:relative' }],
  ['FILE_SCANNER_URL', { fileScannerUrl: 'clamav://' }],
  ['KEY_VALUE_URL', { keyValueUrl: 'memcached://localhost' }],
  ['PUBSUB_URL', { pubSubUrl: 'nats://localhost' }],
  ['STREAM_ENGINE_URL', { streamEngineUrl: 'storm://localhost' }],
  ['BATCH_ENGINE_URL', { batchEngineUrl: 'hadoop://localhost' }],
])('a %s that names no engine is refused by name before anything is made', (setting, engines) => {
  const config = productConfig({ dataDir: '/nowhere', engines });
  expect(() => checkEngineUrls(config)).toThrow(new RegExp(`^${setting} must `));
});

test('what the profile of a laptop names is taken', () => {
  expect(() => checkEngineUrls(productConfig({ dataDir: '/nowhere' }))).not.toThrow();
});

import { defaultTraffic } from '@tributary/gateway/traffic';
import type { ProductConfig } from '../src/config.ts';

export interface TestedConfig extends Partial<Omit<ProductConfig, 'engines'>> {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly engines?: Partial<ProductConfig['engines']>;
}

/** What `npm start` is told on a laptop, without the demo and without logs, on a free port. */
export function productConfig({
  databaseUrl = 'embedded:',
  engines,
  ...different
}: TestedConfig): ProductConfig {
  return {
    production: false,
    port: 0,
    host: '127.0.0.1',
    logLevel: 'silent',
    engines: {
      databaseUrl,
      eventLogUrl: 'embedded:',
      documentStoreUrl: 'embedded:',
      objectStoreUrl: 'embedded:',
      keyProviderUrl: 'embedded:',
      fileScannerUrl: 'embedded:',
      keyValueUrl: 'embedded:',
      pubSubUrl: 'embedded:',
      streamEngineUrl: 'embedded:',
      batchEngineUrl: 'embedded:',
      allowEmbedded: true,
      ...engines,
    },
    lostSecrets: 'refuse',
    signUpOpen: true,
    signUpsPerMinute: 100,
    files: { quotaMebibytes: 10, unscanned: 'serve', trashDays: 30 },
    demo: false,
    demoAsked: false,
    trustProxy: false,
    isPrivate: true,
    defaultWorkspace: 'demo',
    corsOrigins: [],
    backlogLimit: 200_000,
    requestsPerMinute: 1_000,
    metricsToken: undefined,
    accessTokenSeconds: 600,
    operations: 'any',
    traffic: defaultTraffic,
    platform: {},
    traces: undefined,
    ...different,
  };
}

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

const enginesByUrl = {
  databaseUrl: 'database',
  eventLogUrl: 'event-log',
  documentStoreUrl: 'document-store',
  objectStoreUrl: 'object-store',
  keyValueUrl: 'key-value',
  pubSubUrl: 'pubsub',
  streamEngineUrl: 'stream-engine',
  batchEngineUrl: 'batch-engine',
  fileScannerUrl: 'file-scanner',
  keyProviderUrl: 'key-provider',
} as const;

/** The URLs of the engines a process stands on, as its configuration has them. */
export type EngineUrls = { readonly [Name in keyof typeof enginesByUrl]?: string };

/**
 * A registry with the process's own figures (memory, event loop lag, garbage collection) and the engines it stands on, by the scheme of their URLs alone.
 * One per process, passed on by hand.
 */
export function createMetrics(engines: EngineUrls = {}): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: 'tributary_engine_info',
    help: 'The engine behind each port of this process; always 1.',
    labelNames: ['port', 'engine'],
    registers: [registry],
  });
  for (const [name, port] of Object.entries(enginesByUrl)) {
    const scheme = engines[name as keyof EngineUrls]?.split(':', 1)[0];
    if (scheme !== undefined) info.set({ port, engine: scheme }, 1);
  }
  return registry;
}

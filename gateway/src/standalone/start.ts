import { createMetrics, type ProcessParts, serveMetrics } from '@tributary/runtime';
import { SupergraphProcess } from '../planning/supergraph-process.ts';
import type { StandaloneConfig } from './config.ts';
import { opened } from './opened-port.ts';
import { SeenFiles } from './seen-files.ts';
import { defaultStandaloneSettings, readSettingsFile } from './settings-file.ts';
import { buildStandaloneGateway } from './standalone-gateway.ts';
import { followSupergraph, readSupergraph } from './supergraph-source.ts';

/** Serves what the arguments name until it is closed. @throws CodedError saying what is wrong with it */
export async function start(
  { source, config, port, host, metricsPort, traces }: StandaloneConfig,
  { log, closing }: ProcessParts,
): Promise<void> {
  const settings = config === undefined ? defaultStandaloneSettings : await readSettingsFile(config);
  const seen = new SeenFiles();
  const supergraphSdl = await readSupergraph(source, seen, { settings, signal: closing.signal });
  const metrics = metricsPort === undefined ? undefined : createMetrics();
  const isTraced = traces !== undefined;
  const reading = new SupergraphProcess({ log });
  const gateway = buildStandaloneGateway({ supergraphSdl, settings, metrics, isTraced, reading, log });
  if (metrics !== undefined && metricsPort !== undefined) {
    const served = serveMetrics({ host, port: metricsPort, metrics, engines: { gateway } });
    closing.use('metrics', await opened(served, '--metrics-port'));
  }
  let followed: AsyncDisposable | undefined;
  // At once: nobody new comes while a look at the supergraph ends, and one that ends behind the gateway changes nothing.
  closing.defer('gateway', async () => {
    await Promise.all([
      gateway[Symbol.asyncDispose](),
      followed?.[Symbol.asyncDispose](),
      reading[Symbol.asyncDispose](),
    ]);
  });
  const { url } = await opened(gateway.listen({ port, host }), '--port');
  const replace = (next: string): Promise<void> => gateway.replace(next);
  followed = followSupergraph(source, seen, {
    replace,
    compose: (services) => reading.compose(services),
    settings,
    log,
  });
  process.stdout.write(`The graph is served at ${url}/graphql\n`);
}

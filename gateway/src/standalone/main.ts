import { createMetrics, faultSentence, runProcess, serveMetrics } from '@tributary/runtime';
import { readConfig, readExplain } from './config.ts';
import { explain } from './explain.ts';
import { defaultStandaloneSettings, readSettingsFile } from './settings-file.ts';
import { buildStandaloneGateway } from './standalone-gateway.ts';
import { followSupergraph, readSupergraph } from './supergraph-source.ts';

try {
  const explained = readExplain();
  if (explained !== undefined) {
    process.stdout.write(`${await explain(explained)}\n`);
    process.exit(0);
  }
} catch (error) {
  process.stderr.write(`${faultSentence(error) ?? String(error)}\n`);
  process.exit(1);
}

await runProcess({
  name: 'gateway',
  readConfig,
  start: async ({ source, config, port, host, metricsPort, traces }, { log, closing }) => {
    const settings = config === undefined ? defaultStandaloneSettings : await readSettingsFile(config);
    const { sdl, files } = await readSupergraph(source);
    const metrics = metricsPort === undefined ? undefined : createMetrics();
    if (metrics !== undefined && metricsPort !== undefined) {
      closing.use('metrics', await serveMetrics({ host, port: metricsPort, metrics, engines: {} }));
    }
    const isTraced = traces !== undefined;
    const gateway = closing.use(
      'gateway',
      buildStandaloneGateway({ supergraphSdl: sdl, settings, metrics, isTraced, log }),
    );
    const { url } = await gateway.listen({ port, host });
    const replace = (next: string): Promise<void> => gateway.replace(next);
    closing.use('supergraph', followSupergraph(source, files, { replace, log }));
    process.stdout.write(`The graph is served at ${url}/graphql\n`);
  },
});

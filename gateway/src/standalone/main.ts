import { createMetrics, runProcess } from '@tributary/runtime';
import { readConfig } from './config.ts';
import { defaultStandaloneSettings, readSettingsFile } from './settings-file.ts';
import { buildStandaloneGateway } from './standalone-gateway.ts';
import { followSupergraph, readSupergraph } from './supergraph-source.ts';

await runProcess({
  name: 'gateway',
  readConfig,
  start: async ({ source, config, port, host }, { log, closing }) => {
    const settings = config === undefined ? defaultStandaloneSettings : await readSettingsFile(config);
    const { sdl, files } = await readSupergraph(source);
    const metrics = createMetrics();
    const gateway = closing.use(
      'gateway',
      buildStandaloneGateway({ supergraphSdl: sdl, settings, metrics, log }),
    );
    const { url } = await gateway.listen({ port, host });
    const replace = (next: string): Promise<void> => gateway.replace(next);
    closing.use('supergraph', followSupergraph(source, files, { replace, log }));
    process.stdout.write(`The graph is served at ${url}/graphql\n`);
  },
});

import { expectOk } from '../exchange.ts';
import { fetchGoProgram } from '../go-program.ts';
import type { EngineRecipe } from '../recipe.ts';

const version = 'v2.12.0';

/** The proxy that cuts and slows connections, told over HTTP. Its proxies are made by whoever uses it. */
export const toxiproxy: EngineRecipe = {
  name: 'toxiproxy',
  portCount: 1,
  find: async (cache) => {
    const module = 'github.com/Shopify/toxiproxy/v2/cmd/server';
    const server = await fetchGoProgram(cache, { name: 'toxiproxy', version, module, program: 'server' });
    return {
      title: `Toxiproxy ${version.slice(1)}`,
      launch: async ({ ports: [port = 0] }) => ({
        command: server,
        args: ['-host', '127.0.0.1', '-port', String(port)],
        settings: { TOXIPROXY_URL: `http://127.0.0.1:${port}` },
        handshake: () => expectOk(`http://127.0.0.1:${port}/version`),
      }),
    };
  },
};

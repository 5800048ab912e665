import { fileURLToPath } from 'node:url';
import { LocalEngines } from '../src/local-engines.ts';

/** `up` of an engine that takes for ever to answer: whoever started this kills it. */
const [cacheDir = '', stateDir = ''] = process.argv.slice(2);
const program = fileURLToPath(new URL('engine.fixture.mjs', import.meta.url));
const slow = {
  name: 'first',
  portCount: 1,
  find: async () => ({
    title: 'first 1',
    launch: async ({ ports: [port = 0] }: { readonly ports: readonly number[] }) => ({
      command: process.execPath,
      args: [program, String(port), program],
      settings: { FIRST_URL: `test://127.0.0.1:${port}` },
      handshake: () => Promise.reject(new Error('not yet')),
    }),
  }),
};
await new LocalEngines({ cacheDir, stateDir }, { recipes: [slow], tell: () => undefined }).up('first');

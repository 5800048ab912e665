import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, typescriptProgram } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { selfSigned } from './self-signed.ts';
import { catalogue, catalogueSdl, stock, stockSdl, supergraphOf } from './shop.ts';

const main = fileURLToPath(new URL('../../src/standalone/main.ts', import.meta.url));

it('a subgraph over TLS is asked in the protocol that ALPN agrees on, once its authority is known, and not at all otherwise', async () => {
  const [known, unknown] = [selfSigned(), selfSigned()];
  await using h2 = await catalogue({ tls: known });
  await using h1 = await stock({ tls: known });
  await using stranger = await catalogue({ tls: unknown });
  const folder = await mkdtemp(join(tmpdir(), 'h2-over-tls-'));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const strangerSdl = catalogueSdl
    .replaceAll(/type (Mutation|Product)[^}]*}/g, '')
    .replace(/{[^}]*}/, '{ odd: String }');
  const supergraph = supergraphOf({
    catalogue: { sdl: catalogueSdl, url: h2.url },
    stock: { sdl: stockSdl, url: h1.url },
    stranger: { sdl: strangerSdl, url: stranger.url },
  });
  const options = [
    ['--supergraph', await write('supergraph.graphql', supergraph)],
    ['--config', await write('gateway.yaml', 'dedupe: false\nsubgraphs: { catalogue: { h2: true } }\n')],
    ['--port', '0'],
  ].flat();
  // Authorities of one's own are for the whole process, as everywhere in Node.
  const NODE_EXTRA_CA_CERTS = await write('known.pem', known.cert);
  const gateway = spawn(process.execPath, [...typescriptProgram(main), 'gateway', ...options], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const ended = once(gateway, 'exit');
    const said: string[] = [];
    createInterface({ input: gateway.stdout }).on('line', (line) => said.push(line));
    const url = await eventually(() => {
      const found = said.map((line) => /served at (\S+)/.exec(line)?.[1]).find((each) => each !== undefined);
      if (found === undefined) throw new Error(`not up yet: ${said.join()}`);
      return found;
    });
    const ask = async (query: string): Promise<unknown> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
    const products = [
      { name: 'Table', inStock: true },
      { name: 'Couch', inStock: false },
    ];
    expect(await ask('{ products { name inStock } }')).toEqual({ data: { products } });
    expect([h2.protocols, h1.protocols]).toEqual([['h2'], ['http/1.1']]);

    const letGo = h2.hold();
    const asked = Array.from({ length: 20 }, (_, at) => ask(`{ products { name } } # ${at}`));
    await eventually(() => expect(h2.seen).toHaveLength(21));
    letGo();
    await Promise.all(asked);
    expect(h2.connections).toBe(1);

    expect(await ask('{ odd products { name } }')).toMatchObject({
      data: { odd: null, products: [{ name: 'Table' }, { name: 'Couch' }] },
      errors: [{ path: ['odd'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
    expect(stranger.seen).toEqual([]);
    gateway.kill('SIGTERM');
    await ended;
  } finally {
    gateway.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}, 60_000);

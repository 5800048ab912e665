import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { gatewayProcess } from './gateway-process.ts';
import { selfSigned } from './self-signed.ts';
import { catalogue, catalogueSdl, stock, stockSdl, supergraphOf } from './shop.ts';

it('a subgraph over TLS is asked in the protocol that ALPN agrees on, once its authority is known, and not at all otherwise', async () => {
  const [known, unknown] = [selfSigned(), selfSigned()];
  await using h2 = await catalogue({ tls: known });
  await using h1 = await stock({ tls: known, older: true });
  await using stranger = await catalogue({ tls: unknown });
  const strangerSdl = catalogueSdl
    .replaceAll(/type (Mutation|Product)[^}]*}/g, '')
    .replace(/{[^}]*}/, '{ odd: String }');
  const supergraphSdl = supergraphOf({
    catalogue: { sdl: catalogueSdl, url: h2.url },
    stock: { sdl: stockSdl, url: h1.url },
    stranger: { sdl: strangerSdl, url: stranger.url },
  });
  // What speaks no HTTP/2 is asked as it can be.
  const settings = 'dedupe: false\nsubgraphs: { catalogue: { h2: true }, stock: { h2: true } }\n';
  await using gateway = await gatewayProcess({ supergraphSdl, settings, authority: known.cert });
  const products = [
    { name: 'Table', inStock: true },
    { name: 'Couch', inStock: false },
  ];
  expect(await gateway.ask('{ products { name inStock } }')).toEqual({ data: { products } });
  // The first connection to the one that is older tells that it is, and may be given up before its server has seen it whole.
  expect([h2.protocols, [...new Set(h1.protocols)]]).toEqual([['h2'], ['http/1.1']]);

  const letGo = h2.hold();
  const asked = Array.from({ length: 20 }, (_, at) => gateway.ask(`{ products { name } } # ${at}`));
  await eventually(() => expect(h2.seen).toHaveLength(21));
  letGo();
  await Promise.all(asked);
  expect(h2.connections).toBe(1);

  expect(await gateway.ask('{ odd products { name } }')).toMatchObject({
    data: { odd: null, products: [{ name: 'Table' }, { name: 'Couch' }] },
    errors: [{ path: ['odd'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  expect(stranger.seen).toEqual([]);
  gateway.terminate();
  await gateway.ended;
}, 60_000);

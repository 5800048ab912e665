import { freePorts } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { gatewayProcess } from './gateway-process.ts';
import { catalogue, catalogueSdl, supergraphOf } from './shop.ts';

it('a gateway that was asked to stop is not ready any more while it answers what runs', async () => {
  await using shop = await catalogue();
  const supergraphSdl = supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.url } });
  const [metricsPort = 0] = await freePorts(1);
  await using gateway = await gatewayProcess({ supergraphSdl, metricsPort });
  const ready = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${metricsPort}/health/ready`)).status;
  expect(await ready()).toBe(200);
  const letGo = shop.hold();
  const asked = gateway.ask('{ products { name } }');
  await eventually(() => expect(shop.seen).toHaveLength(1));
  gateway.terminate();
  await eventually(async () => expect(await ready()).toBe(503));
  letGo();
  expect(await asked).toEqual({ data: { products: [{ name: 'Table' }, { name: 'Couch' }] } });
  expect(await gateway.ended).toEqual([0, null]);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tributary/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { composeHere, readHere, SupergraphProcess } from '../../src/planning/supergraph-process.ts';
import { SeenFiles } from '../../src/standalone/seen-files.ts';
import { followSupergraph, readSupergraph } from '../../src/standalone/supergraph-source.ts';
import { silentLog } from '../graph/silent-log.ts';
import { catalogueSdl, openShop, type Shop, stockSdl } from './shop.ts';

/** A catalogue with so many entities besides, which take their time to compose and to read. */
function wideSdl(entities: number): string {
  const numbers = [...Array(entities).keys()];
  const types = numbers.map(
    (at) => `type T${at} @key(fields: "id") { id: ID! a: String b: String c: T${at} }`,
  );
  const fields = numbers.map((at) => `t${at}: T${at}`);
  return [catalogueSdl, ...types, `extend type Query { ${fields.join(' ')} }`].join('\n');
}

function servicesOf(shop: Shop, entities: number) {
  return [
    { name: 'catalogue', url: shop.catalogue.url, sdl: wideSdl(entities) },
    { name: 'stock', url: shop.stock.url, sdl: stockSdl },
  ];
}

/** Asks one question after the other until it is told to stop. */
function asking(ask: () => Promise<boolean>) {
  let isOver = false;
  const told = { answered: 0, failed: 0 };
  const ended = (async () => {
    while (!isOver) {
      told[(await ask()) ? 'answered' : 'failed'] += 1;
    }
  })();
  return {
    told,
    stop: async () => {
      isOver = true;
      await ended;
    },
  };
}

it('requests are answered while another supergraph is composed and read, before it is in force', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reloads-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using reading = new SupergraphProcess({ log: silentLog });
  await using shop = await openShop({}, { reading });
  const [file, path] = [join(folder, 'catalogue.graphql'), join(folder, 'compose.yaml')];
  await writeFile(file, catalogueSdl);
  await writeFile(
    path,
    `subgraphs:
  catalogue: { routing_url: "${shop.catalogue.url}", schema: { file: ./catalogue.graphql } }
  stock: { routing_url: "${shop.stock.url}", schema: { sdl: '${stockSdl.replaceAll("'", "''").replaceAll('\n', ' ')}' } }
`,
  );
  const seen = new SeenFiles();
  await readSupergraph({ compose: path }, seen);
  const asked = asking(
    async () => (await shop.ask('{ products { name inStock } }')).body.errors === undefined,
  );
  const during = { composing: 0, reading: 0 };
  let isInForce = false;
  await using _follower = followSupergraph({ compose: path }, seen, {
    compose: async (services) => {
      const before = asked.told.answered;
      const sdl = await reading.compose(services);
      during.composing = asked.told.answered - before;
      return sdl;
    },
    replace: async (sdl) => {
      const before = asked.told.answered;
      await shop.gateway.replace(sdl);
      during.reading = asked.told.answered - before;
      isInForce = true;
    },
    log: silentLog,
  });
  await writeFile(file, wideSdl(150));
  await eventually(() => expect(isInForce).toBe(true));
  await asked.stop();
  expect(during.composing).toBeGreaterThan(0);
  expect(during.reading).toBeGreaterThan(0);
  expect(asked.told.failed).toBe(0);
});

it('what is loaded of a supergraph in the gateway’s own process lets requests through in between', async () => {
  await using shop = await openShop();
  const sdl = await composeHere(servicesOf(shop, 1_200));
  const forms = readHere(sdl);
  let before = 0;
  const read = async () => {
    before = asked.told.answered;
    return forms;
  };
  await using other = await openShop({}, { reading: { read } });
  // Of operations that were asked, new plans are waited for.
  const asked = asking(async () => (await fetch(`${other.url}/health/live`)).ok);
  await eventually(() => expect(asked.told.answered).toBeGreaterThan(0));
  await other.gateway.replace(sdl);
  const { answered } = asked.told;
  await asked.stop();
  expect(answered - before).toBeGreaterThan(0);
});

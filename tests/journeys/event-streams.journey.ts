import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cable, eventually, type GraphCaller, graphCaller, signedIn } from '@tributary/test-kit';
import { createClient } from 'graphql-sse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser } from './console-browser.ts';

const { url } = inject('product');
const renameAirport = `mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { version } }`;
const changes = `subscription ($id: ID!) { airportChanged(where: { id: { eq: $id } }) { version } }`;

interface Changed {
  readonly airportChanged: { readonly version: number };
}

/** An airport of the demo to change, and the versions it came to. */
interface Watched {
  readonly id: string;
  readonly due: readonly number[];
  change(times: number): Promise<void>;
}

let editor: GraphCaller;
beforeAll(async () => {
  editor = await signedIn(url, 'editor@demo.local');
});

async function watched(iata: string): Promise<Watched> {
  const { data } = await graphCaller(url)<{ airport: { id: string } }>(
    `query ($iata: String!) { airport(iata: $iata) { id } }`,
    { iata },
  );
  const { id } = data.airport;
  const due: number[] = [];
  return {
    id,
    due,
    change: async (times) => {
      for (let at = 0; at < times; at += 1) {
        const { data: changed, errors } = await editor<{ updateAirport: { version: number } }>(
          renameAirport,
          { id, name: `${iata} ${due.length}` },
        );
        expect(errors).toEqual([]);
        due.push(changed.updateAirport.version);
      }
    },
  };
}

test('a stock graphql-sse client asks, changes, and has every change once and in order, also those made while it was cut off', async () => {
  await using network = await cable(url);
  const airport = await watched('DEN');
  const seen: number[] = [];
  let cursor: string | undefined;
  let connected = 0;
  const client = createClient({
    url: `${network.url}/graphql`,
    headers: () => ({
      authorization: editor.authorization ?? '',
      ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
    }),
    retryAttempts: 1_000,
    retry: async () => undefined,
    on: {
      connected: () => {
        connected += 1;
      },
    },
  });
  const asked = client.iterate<{ airport: { iata: string } }>({
    query: `query ($id: ID!) { airport(id: $id) { iata } }`,
    variables: { id: airport.id },
  });
  expect((await asked.next()).value).toEqual({ data: { airport: { iata: 'DEN' } } });
  expect((await asked.next()).done).toBe(true);
  const stop = client.subscribe<Changed>(
    { query: changes, variables: { id: airport.id } },
    {
      next: ({ data, extensions }) => {
        if (data) seen.push(data.airportChanged.version);
        cursor = (extensions as { cursor?: string } | undefined)?.cursor;
      },
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    },
  );
  await eventually(() => expect(connected).toBe(2));
  await airport.change(2);
  await eventually(() => expect(seen).toEqual(airport.due));
  network.cut();
  await airport.change(5);
  network.mend();
  await eventually(() => expect(seen).toEqual(airport.due));
  await airport.change(2);
  await eventually(() => expect(seen).toEqual(airport.due));
  stop();
  client.dispose();
});

/** `curl -N` as the documentation has it. */
function curl(variables: object, ...more: readonly string[]) {
  const child = spawn('curl', [
    ...['-sN', '--max-time', '60', `${url}/graphql`, '-H', 'accept: text/event-stream'],
    ...['-H', 'content-type: application/json', '-d', JSON.stringify({ query: changes, variables })],
    ...more,
  ]);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    printed += piece;
  });
  const found = (pattern: RegExp): readonly string[] =>
    [...printed.matchAll(pattern)].map(([, value = '']) => value);
  return {
    versions: () => found(/^data: .*"version":(\d+)/gm).map(Number),
    lastId: () => found(/^id: (.+)$/gm).at(-1),
    end: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

test('curl prints changes as they happen, and what it missed when it is started again with the last id', async () => {
  const airport = await watched('SEA');
  const first = curl({ id: airport.id });
  await eventually(() => expect(first.lastId()).toBeDefined());
  await airport.change(2);
  await eventually(() => expect(first.versions()).toEqual(airport.due));
  await first.end();
  await airport.change(3);
  const second = curl({ id: airport.id }, '-H', `last-event-id: ${first.lastId()}`);
  await eventually(() => expect(second.versions()).toEqual(airport.due.slice(2)));
  await second.end();
});

describe.skipIf(noBrowser !== undefined)(`a page${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('with nothing but EventSource has every change once and in order, also those made while it was cut off, twice', async () => {
    await using network = await cable(url);
    const airport = await watched('PHX');
    const page = await browser.newPage();
    await page.goto(`${network.url}/studio/`);
    const search = new URLSearchParams({ query: changes, variables: JSON.stringify({ id: airport.id }) });
    await page.evaluate((path) => {
      const kept = { versions: [] as number[], opened: 0 };
      Object.assign(globalThis, { kept });
      const source = new EventSource(path);
      source.addEventListener('open', () => {
        kept.opened += 1;
      });
      source.addEventListener('next', ({ data }) => {
        kept.versions.push(JSON.parse(data).data.airportChanged.version);
      });
    }, `/graphql?${search}`);
    const kept = () =>
      page.evaluate(() => (globalThis as unknown as { kept: { versions: number[]; opened: number } }).kept);
    for (const round of [1, 2]) {
      await eventually(async () => expect((await kept()).opened).toBe(round));
      network.cut();
      await airport.change(3);
      network.mend();
      await eventually(async () => expect((await kept()).versions).toEqual(airport.due));
      await airport.change(1);
      await eventually(async () => expect((await kept()).versions).toEqual(airport.due));
    }
    await page.close();
  });
});

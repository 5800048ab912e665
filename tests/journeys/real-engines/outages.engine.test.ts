import {
  eventually,
  type GraphAnswer,
  type RunningProduct,
  startProduct,
  subscribing,
} from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../../security/newcomers.ts';
import { makeAirport } from '../../security/tenant-data.ts';
import { cutUpload, wholeUpload } from '../tus-upload.ts';
import { vegaFile } from '../vega-files.ts';
import { frozenEngine, killedEngine } from './killed-engine.ts';
import { expectDoneOrRetryable, outageCallers } from './outage-callers.ts';
import { type OwnPlaces, ownPlaces } from './own-places.ts';
import type { Trouble } from './ways.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Seconds pass until drivers have given up a connection, and until they have found the engine again. */
const patient = { timeoutMs: 60_000 };

let places: OwnPlaces;
let product: RunningProduct;
let editor: Newcomer;
let callers: Awaited<ReturnType<typeof outageCallers>>;

beforeAll(async () => {
  places = await ownPlaces('outages', { byWays: true });
  const env = { ...places.settings, DEMO: 'off', LOG_LEVEL: 'silent' };
  product = await startProduct({ form: 'one', env });
  editor = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  callers = await outageCallers(product.url, editor);
});
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  await places?.[Symbol.asyncDispose]();
});

const present = (name: string): boolean => engines[`${name.toUpperCase()}_URL`] !== undefined;

async function missing(): Promise<readonly string[]> {
  const answer = await fetch(`${product.url}/health/ready`);
  const body = (await answer.json()) as { status: string; missing?: readonly string[] };
  expect([answer.status, body.status]).toEqual(
    body.missing === undefined ? [200, 'ready'] : [503, 'not ready'],
  );
  return body.missing ?? [];
}

test('the product says which engines it stands on', async () => {
  const figures = await (await fetch(`${product.url}/metrics`)).text();
  const schemes = { postgres: 'database', kafka: 'event-log', mongodb: 'document-store', s3: 'object-store' };
  for (const [scheme, port] of Object.entries(schemes)) {
    const engine = present(scheme.replace('mongodb', 'mongo')) ? scheme : 'embedded';
    expect(figures).toContain(`tributary_engine_info{port="${port}",engine="${engine}"} 1`);
  }
});

/** By engine: the name that health gives it, and what needs it. */
const outages = [
  ['redis', 'key-value', () => callers.rename('while redis is away')],
  ['mongo', 'document-store', () => callers.writeNote()],
  ['postgres', 'database', () => callers.rename('while postgres is away')],
] as const;

test.each(outages.filter(([name]) => present(name)))(
  '%s is killed: health names it, what needs it says to try again, and all goes on when it is back',
  async (name, engine, ask) => {
    expect(await missing()).toEqual([]);
    await using killed = await killedEngine(name);
    await eventually(async () => expect(await missing()).toContain(engine), patient);
    expectDoneOrRetryable(await ask());
    await killed.backAgain();
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    await eventually(async () => expect((await ask()).errors).toEqual([]), patient);
    const { errors, data: read } = await callers.readEverything();
    expect(errors).toEqual([]);
    expect(read.flightNote).toEqual({ id: callers.noteId });
  },
);

if (present('s3'))
  test('s3 is killed in the middle of an upload: health names it, the upload says to try again and goes on where it was, and what was kept comes back', async () => {
    const { files } = (await callers.upload()).body;
    const file = await vegaFile('airports.csv');
    const uploading = { ...file, url: product.url, authorization: editor.ask.authorization ?? '' };
    const begun = await cutUpload({ ...uploading, cutAt: (accepted) => accepted >= 60_000 });
    await using killed = await killedEngine('s3');
    await eventually(async () => expect(await missing()).toContain('object-store'), patient);
    expect((await callers.upload()).status).toBe(503);
    expect(await cutUpload({ ...uploading, from: begun.path })).toMatchObject({ path: begun.path });
    await killed.backAgain();
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    const whole = await eventually(() => wholeUpload({ ...uploading, from: begun.path }), patient);
    expect((await callers.downloaded(whole)).equals(file.bytes)).toBe(true);
    expect((await callers.downloaded(files?.[0]?.id)).toString()).toBe('kept');
  });

const changes = 'subscription { airportChanged { id airport { name } } }';
interface Change {
  readonly airportChanged: { readonly id: string; readonly airport: { readonly name: string } };
}

if (present('kafka'))
  test.each([
    ['killed', killedEngine],
    ['frozen', frozenEngine],
  ] as const)(
    'kafka is %s: changes are made all the same, and whoever watches gets every one once it is back, in order',
    async (how, stop) => {
      await using watching = await subscribing<Change>(product.url, {
        query: changes,
        authorization: editor.ask.authorization,
      });
      expect(watching.troubles).toEqual([]);
      await callers.rename(`before it was ${how}`);
      await watching.first(({ airportChanged }) => airportChanged.airport.name === `before it was ${how}`);
      const names = Array.from({ length: 50 }, (_, n) => `${how} ${n}`);
      {
        await using stopped = await stop('kafka');
        for (const name of names) expect((await callers.rename(name)).errors).toEqual([]);
        await eventually(async () => expect(await missing()).toContain('event-log'), patient);
        await stopped.backAgain();
      }
      await eventually(async () => expect(await missing()).toEqual([]), patient);
      const seen = () =>
        watching.payloads
          .map(({ airportChanged }) => airportChanged.airport.name)
          .filter((name) => names.includes(name));
      await eventually(() => expect(seen()).toHaveLength(names.length), patient);
      expect(watching.troubles).toEqual([]);
      expect(seen()).toEqual(names);
    },
  );

/** Goes on as before: what needs it succeeds, and what was kept is there. */
async function goesOn(ask: () => Promise<GraphAnswer<unknown>>): Promise<void> {
  await eventually(async () => expect(await missing()).toEqual([]), patient);
  await eventually(async () => expect((await ask()).errors).toEqual([]), patient);
  expect((await callers.readEverything()).errors).toEqual([]);
}

test.each(outages.filter(([name]) => present(name)))(
  '%s is frozen: who asks is answered while it stands still, and all goes on when it moves again',
  async (name, _engine, ask) => {
    {
      await using _frozen = await frozenEngine(name);
      for (const answer of await Promise.all([ask(), callers.readEverything()]))
        expectDoneOrRetryable(answer);
    }
    await goesOn(ask);
    await makeAirport(editor.ask);
  },
);

if (present('s3'))
  test('s3 is frozen: an upload is told to try again while it stands still, and succeeds when it moves again', async () => {
    {
      await using _frozen = await frozenEngine('s3');
      const { status, body } = await callers.upload();
      expect([status, body.code]).toEqual([503, 'ENGINE_UNAVAILABLE']);
      expect((await callers.rename('while s3 is frozen')).errors).toEqual([]);
    }
    await eventually(async () => expect((await callers.upload()).status).toBe(201), patient);
  });

const troubles: Readonly<Record<string, Trouble>> = {
  slow: { type: 'latency', attributes: { latency: 100, jitter: 50 } },
  cut: { type: 'reset_peer', attributes: { timeout: 0 } },
  silent: { type: 'timeout', attributes: { timeout: 0 } },
};

if (engines['TOXIPROXY_URL'] !== undefined)
  test.each(
    outages
      .filter(([name]) => present(name))
      .flatMap(([name, , ask]) =>
        Object.entries(troubles).map(([how, trouble]) => ({ name, how, trouble, ask })),
      ),
  )(
    'the way to $name is $how: who asks is served, or told to try again, and all goes on when it is good again',
    async ({ name, trouble, ask }) => {
      {
        await using _troubled = await places.ways?.trouble(name, trouble);
        for (const answer of await Promise.all([ask(), callers.readEverything()]))
          expectDoneOrRetryable(answer);
      }
      await goesOn(ask);
    },
  );

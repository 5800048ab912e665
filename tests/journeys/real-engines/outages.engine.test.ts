import {
  eventually,
  type GraphAnswer,
  type RunningProduct,
  startProduct,
  subscribing,
  withoutRepeats,
} from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { tellFigure } from '../../kit/told-figures.ts';
import { type Newcomer, newMember, newWorkspace, signIn, type Workspace } from '../../security/newcomers.ts';
import { makeAirport } from '../../security/tenant-data.ts';
import { cutUpload, wholeUpload } from '../tus-upload.ts';
import { vegaFile } from '../vega-files.ts';
import { frozenEngine, killedEngine } from './killed-engine.ts';
import { openLogEnds } from './log-ends.ts';
import { missingEngines } from './missing-engines.ts';
import {
  expectDone,
  expectDoneOrRetryable,
  expectKeptOrRetryable,
  expectRefusedAsFull,
  expectSignedOut,
  type Outage,
  outageCallers,
  shareDone,
  waitingForLog,
} from './outage-callers.ts';
import { type OwnPlaces, ownPlaces } from './own-places.ts';
import { troubles, type Ways } from './ways.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Seconds pass until drivers have given up a connection, and until they have found the engine again. */
const patient = { timeoutMs: 60_000 };
/** Events that may wait for the log: the least there is. No test lets so many wait but the one about it. */
const outboxLimit = 1_000;

let places: OwnPlaces;
let product: RunningProduct;
let workspace: Workspace;
let editor: Newcomer;
let callers: Awaited<ReturnType<typeof outageCallers>>;

beforeAll(async () => {
  places = await ownPlaces('outages', { byWays: ['postgres', 'kafka', 'mongo', 'redis', 's3'] });
  const env = {
    ...places.settings,
    DEMO: 'off',
    LOG_LEVEL: 'silent',
    REQUESTS_PER_MINUTE: '100000',
    OUTBOX_LIMIT: String(outboxLimit),
  };
  product = await startProduct({ form: 'one', env });
  workspace = await newWorkspace(product.url);
  editor = await newMember(product.url, workspace, 'EDITOR');
  callers = await outageCallers(product.url, editor);
});
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  await places?.[Symbol.asyncDispose]();
});

const present = (name: string): boolean => engines[`${name.toUpperCase()}_URL`] !== undefined;

const missing = () => missingEngines(product.url);
const waiting = () => waitingForLog(product.url);
const secondsSince = (ms: number): string => ((performance.now() - ms) / 1_000).toFixed(1);

test('the product says which engines it stands on', async () => {
  const figures = await (await fetch(`${product.url}/metrics`)).text();
  const schemes = { postgres: 'database', kafka: 'event-log', mongodb: 'document-store', s3: 'object-store' };
  for (const [scheme, port] of Object.entries(schemes)) {
    const engine = present(scheme.replace('mongodb', 'mongo')) ? scheme : 'embedded';
    expect(figures).toContain(`tributary_engine_info{port="${port}",engine="${engine}"} 1`);
  }
});

/** By engine: the name that health gives it, what needs it, or would, and what who asks gets meanwhile. Nothing but presence needs Redis. */
const outages: readonly [Outage, ...Outage[]] = [
  ['redis', ['key-value', 'pubsub'], () => callers.rename('while redis is away'), expectDone],
  ['mongo', ['document-store'], () => callers.writeNote(), expectDoneOrRetryable],
  ['postgres', ['database'], () => callers.rename('while postgres is away'), expectDoneOrRetryable],
];

/** Kills an engine: health names it, who asks is answered, and all goes on when it is back. */
async function heldThroughKill(
  [name, ports, ask, expectAnswer]: Outage,
  whileAway?: () => Promise<void>,
): Promise<void> {
  expect(await missing()).toEqual([]);
  await using killed = await killedEngine(name);
  await eventually(async () => expect(await missing()).toEqual(expect.arrayContaining([...ports])), patient);
  await expectAnswer(ask());
  await whileAway?.();
  await killed.backAgain();
  const backAtMs = performance.now();
  await eventually(async () => expect(await missing()).toEqual([]), patient);
  await eventually(async () => expect((await ask()).errors).toEqual([]), patient);
  tellFigure(`ready, and what needs it done, ${secondsSince(backAtMs)} s after it was up again`);
  const { errors, data: read } = await callers.readEverything();
  expect(errors).toEqual([]);
  expect(read.flightNote).toEqual({ id: callers.noteId });
}

const [redis, ...others] = outages;

if (present('redis'))
  test('redis is killed while a thousand requests come: health names it, 999 of them are done at the least, people sign in and up as before, and all goes on when it is back', async () => {
    const share = shareDone(1_000, (number) =>
      number % 5 === 0 ? callers.rename(`request ${number}`) : callers.readEverything(),
    );
    await heldThroughKill(redis, async () => {
      expect((await signIn(product.url, editor.email, workspace.slug)).userId).toBe(editor.userId);
      await newMember(product.url, workspace, 'VIEWER');
      expect(await share).toBeGreaterThanOrEqual(0.999);
    });
  });

test.each(others.filter(([name]) => present(name)))(
  '%s is killed: health names it, what needs it says to try again, and all goes on when it is back',
  (...outage) => heldThroughKill(outage),
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
    const backAtMs = performance.now();
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    const whole = await eventually(() => wholeUpload({ ...uploading, from: begun.path }), patient);
    tellFigure(`ready, and the upload whole, ${secondsSince(backAtMs)} s after it was up again`);
    expect((await callers.downloaded(whole)).equals(file.bytes)).toBe(true);
    expect((await callers.downloaded(files?.[0]?.id)).toString()).toBe('kept');
  });

const changes = 'subscription { airportChanged { id airport { name } } }';
const bulk = 200;
interface Change {
  readonly airportChanged: { readonly id: string; readonly airport: { readonly name: string } };
}

const byWay = engines['TOXIPROXY_URL'] === undefined ? [] : Object.entries(troubles);

function theWay(): Ways {
  if (places.ways === undefined) throw new Error('there is no proxy');
  return places.ways;
}

/** What happens to Kafka, how, and whether it answers those who come another way. */
const kafkaHarms: readonly (readonly [string, () => Promise<AsyncDisposable>, boolean])[] = [
  ['is killed', () => killedEngine('kafka'), false],
  ['is frozen', () => frozenEngine('kafka'), false],
  ...byWay.map(
    ([how, trouble]) => [`has a way that is ${how}`, () => theWay().trouble('kafka', trouble), true] as const,
  ),
];

if (present('kafka'))
  test.each(kafkaHarms)(
    'kafka %s: changes are made all the same, all of them are in the log once it is back, and whoever watches gets every one, in order',
    async (how, harm, answers) => {
      await using ends = await openLogEnds('outages');
      await using watching = await subscribing<Change>(product.url, {
        query: changes,
        authorization: editor.ask.authorization,
      });
      expect(watching.troubles).toEqual([]);
      await callers.rename(`before it ${how}`);
      await watching.first(({ airportChanged }) => airportChanged.airport.name === `before it ${how}`);
      const before = await ends.records();
      const names = Array.from({ length: 50 }, (_, n) => `${how} ${n}`);
      const all = before + names.length + bulk;
      {
        await using _harmed = await harm();
        for (const name of names) expect((await callers.rename(name)).errors).toEqual([]);
        await callers.makeAirports(bulk);
        await eventually(async () => expect(await missing()).toContain('event-log'), patient);
        // What waits is asked first: it goes one way only. A slow way lets some of it through meanwhile, and the log can be asked by another.
        const told = async () => (await waiting()) + (answers ? await ends.records() : before);
        await eventually(async () => expect(await told()).toBeGreaterThanOrEqual(all), patient);
      }
      const backAtMs = performance.now();
      await eventually(async () => expect(await missing()).toEqual([]), patient);
      await eventually(async () => expect(await ends.records()).toBeGreaterThanOrEqual(all), patient);
      await eventually(async () => expect(await waiting()).toBe(0), patient);
      tellFigure(`ready, and all in the log, ${secondsSince(backAtMs)} s after its return`);
      const seen = () =>
        watching.payloads
          .map(({ airportChanged }) => airportChanged.airport.name)
          .filter((name) => names.includes(name));
      await eventually(() => expect(seen().length).toBeGreaterThanOrEqual(names.length), patient);
      expect(watching.troubles).toEqual([]);
      expect(withoutRepeats(seen().map((name) => names.indexOf(name) + 1))).toEqual(
        names.map((_, n) => n + 1),
      );
    },
  );

if (present('kafka'))
  test('kafka is frozen until too many events wait: changes are refused with a code to try again, all else goes on, and changes are taken again when the log has caught up', async () => {
    await using ends = await openLogEnds('outages');
    const before = await ends.records();
    {
      await using _frozen = await frozenEngine('kafka');
      await callers.makeAirports(outboxLimit + 100);
      await expectRefusedAsFull({ url: product.url, editor, rename: callers.rename });
      expect((await callers.readEverything()).errors).toEqual([]);
      expect((await callers.upload()).status).toBe(201);
      await expectSignedOut(await signIn(product.url, editor.email, workspace.slug));
    }
    await goesOn(() => callers.rename('taken again'));
    await eventually(
      async () => expect(await ends.records()).toBeGreaterThanOrEqual(before + outboxLimit + 101),
      patient,
    );
    await eventually(async () => expect(await waiting()).toBe(0), patient);
  });

/** Goes on as before: what needs it succeeds, and what was kept is there. */
async function goesOn(ask: () => Promise<GraphAnswer<unknown>>): Promise<void> {
  await eventually(async () => expect(await missing()).toEqual([]), patient);
  await eventually(async () => expect((await ask()).errors).toEqual([]), patient);
  expect((await callers.readEverything()).errors).toEqual([]);
}

test.each(outages.filter(([name]) => present(name)))(
  '%s is frozen: who asks is answered while it stands still, time and again, and all goes on when it moves again',
  async (name, _ports, ask, expectAnswer) => {
    {
      await using _frozen = await frozenEngine(name);
      // Who came first; and, once, who comes when the product knows of it, and after that.
      for (let time = 0; time < (name === 'postgres' ? 3 : 1); time += 1)
        await Promise.all([ask(), callers.readEverything()].map(expectAnswer));
    }
    await goesOn(ask);
    await makeAirport(editor.ask);
  },
);

if (present('s3'))
  test('s3 is frozen: an upload is told to try again while it stands still, and succeeds when it moves again', async () => {
    {
      await using _frozen = await frozenEngine('s3');
      await expectKeptOrRetryable(callers.upload());
      expect((await callers.rename('while s3 is frozen')).errors).toEqual([]);
    }
    await eventually(async () => expect((await callers.upload()).status).toBe(201), patient);
  });

test.each(
  outages
    .filter(([name]) => present(name))
    .flatMap(([name, ports, ask, expectAnswer]) =>
      byWay.map(([how, trouble]) => ({ name, how, trouble, ports, ask, expectAnswer })),
    ),
)(
  'the way to $name is $how: health names it, who asks is served, or told to try again, and all goes on when it is good again',
  async ({ name, trouble, ports, ask, expectAnswer }) => {
    {
      await using _troubled = await theWay().trouble(name, trouble);
      await Promise.all([ask(), callers.readEverything()].map(expectAnswer));
      await eventually(
        async () => expect(await missing()).toEqual(expect.arrayContaining([...ports])),
        patient,
      );
    }
    await goesOn(ask);
    await makeAirport(editor.ask);
    await eventually(async () => expect(await waiting()).toBe(0), patient);
  },
);

if (present('s3'))
  test.each(byWay)(
    'the way to s3 is %s: an upload is kept, or told to try again, everything else goes on, and uploads succeed when it is good again',
    async (_how, trouble) => {
      {
        await using _troubled = await theWay().trouble('s3', trouble);
        await Promise.all([
          expectKeptOrRetryable(callers.upload()),
          callers.rename('while the way to s3 is bad').then(({ errors }) => expect(errors).toEqual([])),
        ]);
      }
      const kept = await eventually(async () => {
        const { status, body } = await callers.upload();
        expect(status).toBe(201);
        return body.files?.[0]?.id;
      }, patient);
      expect((await callers.downloaded(kept)).toString()).toBe('kept');
    },
  );

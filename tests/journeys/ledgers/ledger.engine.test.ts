import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  eventually,
  type GraphCaller,
  type ProductOptions,
  type RunningProduct,
  startProduct,
} from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, onTestFailed, test, vi } from 'vitest';
import { tellFigure } from '../../kit/told-figures.ts';
import { newMember, newWorkspace, signIn } from '../../security/newcomers.ts';
import { freshCode, makeAirport, makeTenantData } from '../../security/tenant-data.ts';
import {
  currentCursors,
  everyEventOnceInOrder,
  everyVersionAuditedOnce,
  everyWriteIsStored,
  type LedgerKeeper,
} from '../ledger-check.ts';
import { acknowledgedFlights, emptyLedger, type Ledger, writeUntil } from '../ledger-writer.ts';
import { frozenEngine, killedEngine } from '../real-engines/killed-engine.ts';
import { openLogEnds } from '../real-engines/log-ends.ts';
import { expectDoneOrRetryable, makeAirports } from '../real-engines/outage-callers.ts';
import { type OwnPlaces, ownPlaces } from '../real-engines/own-places.ts';
import { type Effects, everyEffectOnce, startEffects } from './effects.ts';
import { leads, startSecondRelay } from './second-relay.ts';
import { killPart } from './split-parts.ts';

// Restarts of engines and of the product, as often as the run is told to kill.
const kills = inject('ledgerKills');
const atNight = kills > 1;
vi.setConfig({ testTimeout: 240_000 + kills * 60_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Kafka tells what a relay that died had told once more, and of no other harm; everything that is done of it is done once. */
const toldAgain = engines['KAFKA_URL'] !== undefined;
const writers = 3;
const fastTurns = 20;
/** How long an engine stands still that is frozen. */
const frozenMs = 30_000;
/** Until drivers have found an engine again that was restarted. */
const patient = { timeoutMs: 90_000 };

let places: OwnPlaces;
let options: ProductOptions;
let product: RunningProduct;
let keeper: LedgerKeeper;
let effects: Effects;
let owner: { readonly email: string; readonly workspace: string };

beforeAll(async () => {
  places = await ownPlaces('ledger', { byWays: ['kafka'] });
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-ledger-'));
  const env = { ...places.settings, DEMO: 'off', LOG_LEVEL: 'error', REQUESTS_PER_MINUTE: '1000000' };
  options = { form: 'one', dataDir, env };
  product = await startProduct(options);
  const workspace = await newWorkspace(product.url);
  const { ask, email } = await newMember(product.url, workspace, 'EDITOR');
  owner = { email: workspace.owner.email, workspace: workspace.slug };
  const { flight } = await makeTenantData(ask);
  const originId = await makeAirport(ask);
  effects = await startEffects(workspace.owner.ask, originId);
  keeper = {
    originId,
    enter: async (url) => (await signIn(url, email, workspace.slug)).ask,
    flightId: flight,
  };
});
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  if (options?.dataDir !== undefined) await rm(options.dataDir, { recursive: true, force: true });
  await places?.[Symbol.asyncDispose]();
});

/** Writes until a flight was acknowledged and then some, does what is to be done meanwhile, and stops when flights are acknowledged again. */
async function writingThrough(ledger: Ledger, name: string, harm: () => Promise<void>): Promise<void> {
  let stopped = false;
  const write = (): Promise<unknown>[] =>
    Array.from({ length: writers }, (_, writer) =>
      writeUntil(() => stopped, product.url, { ledger, keeper, name: `${name}w${writer}`, fastTurns }).catch(
        () => undefined,
      ),
    );
  const grows = async (): Promise<void> => {
    const flown = acknowledgedFlights(ledger).length;
    await eventually(() => expect(acknowledgedFlights(ledger).length).toBeGreaterThan(flown), patient);
  };
  const { url } = product;
  const running = write();
  try {
    await grows();
    const momentMs = performance.now() + 50 + Math.random() * 750;
    await eventually(() => expect(performance.now()).toBeGreaterThan(momentMs));
    await harm();
    // A product that was started again has another address.
    if (product.url !== url) running.push(...write());
    await grows();
  } finally {
    stopped = true;
    await Promise.all(running);
  }
}

async function productKilled(): Promise<void> {
  await product.kill9();
  product = await startProduct(options);
}

const present = (name: string): boolean => engines[`${name.toUpperCase()}_URL`] !== undefined;

type Harm = () => Promise<void>;

/** What is killed, each by itself; with the product dies the relay that leads. */
const engineKillings = (['postgres', 'kafka', 'mongo'] as const)
  .filter(present)
  .map((name) => [`${name} is killed`, async () => (await killedEngine(name)).backAgain()] as const);

/** What stands still for half a minute, while callers are told so. */
const pauses: readonly (readonly [string, Harm])[] = (['postgres', 'kafka', 'mongo', 'redis', 's3'] as const)
  .filter(present)
  .map((name) => [
    `${name} stands still for half a minute`,
    async () => {
      // Whoever signs in has to be looked up.
      const ask = await keeper.enter(product.url);
      await using _frozen = await frozenEngine(name);
      await heldFor(ask, frozenMs);
    },
  ]);

/** Goes on asking for so long; each is answered in bounded time, however long the engine stands still. */
async function heldFor(ask: GraphCaller, durationMs: number): Promise<void> {
  const untilMs = performance.now() + durationMs;
  while (performance.now() < untilMs) {
    await expectDoneOrRetryable(
      ask('{ airports(first: 1) { nodes { id } } flightNotes(first: 1) { nodes { id } } }'),
    );
    await delay(500);
  }
}

async function keptThrough(
  harms: readonly Harm[],
  { mayRepeat = false }: { readonly mayRepeat?: boolean } = {},
): Promise<void> {
  onTestFailed(() => void process.stderr.write(product.output().slice(-8_000)));
  const ledger = emptyLedger();
  const cursors = await currentCursors(product.url, keeper);
  for (const [time, harm] of harms.entries()) await writingThrough(ledger, `${freshCode()}-${time}`, harm);
  await everyWriteIsStored(product.url, keeper, ledger);
  await everyEventOnceInOrder(product.url, { ...keeper, cursors, mayRepeat }, ledger);
  const { ask } = await signIn(product.url, owner.email, owner.workspace);
  await everyVersionAuditedOnce(ask, ledger);
  await everyEffectOnce(ask, ledger, effects);
}

const times = (harm: Harm): Harm[] => Array.from({ length: kills }, () => harm);
/** What is lost once is lost: none of these is tried again. */
const once = { retry: 0 };
const kept =
  'every acknowledged write is there, told in order, audited once, counted once, and has started one run';

test(
  `when the product, which leads the relay, is killed (${kills} times, at random moments), ${kept}`,
  once,
  () => keptThrough(times(productKilled), { mayRepeat: toldAgain }),
);

if (!atNight)
  test(`when the engines are killed, one after the other while writers go on, ${kept}`, once, () =>
    keptThrough(engineKillings.map(([, harm]) => harm)),
  );

if (atNight)
  test.each(engineKillings)(`when %s (${kills} times, at random moments), ${kept}`, once, (_what, harm) =>
    keptThrough(times(harm)),
  );

if (atNight) test.each(pauses)(`when %s, ${kept}`, once, (_what, harm) => keptThrough([harm]));

// Embedded, the product owns its database; another process would have nothing to relay from.
if (atNight && present('postgres'))
  test(
    `when whichever of two relays leads is killed ${kills} times, the other goes on: ${kept}`,
    once,
    async () => {
      let second = await startSecondRelay(places.settings);
      try {
        await keptThrough(
          times(async () => {
            if (await second.leads()) {
              await second.kill9();
              await eventually(async () => expect(await leads(product.url)).toBe(true), patient);
              second = await startSecondRelay(places.settings);
            } else {
              await product.kill9();
              await eventually(async () => expect(await second.leads()).toBe(true), patient);
              product = await startProduct(options);
            }
          }),
          { mayRepeat: toldAgain },
        );
      } finally {
        await second[Symbol.asyncDispose]();
      }
    },
  );

/** What keeps events from Kafka, and what ends it. */
const hindrances: readonly (readonly [string, () => Promise<AsyncDisposable>])[] = [
  ['was killed', () => killedEngine('kafka')],
  ['stood still', () => frozenEngine('kafka')],
  ...(engines['TOXIPROXY_URL'] === undefined ? [] : [['was cut off', kafkaCutOff] as const]),
];

async function kafkaCutOff(): Promise<AsyncDisposable> {
  if (places.ways === undefined) throw new Error('there is no proxy');
  return places.ways.trouble('kafka', { type: 'reset_peer', attributes: { timeout: 0 } });
}

if (atNight && present('kafka'))
  test.each(hindrances)(
    '10,000 events that waited for Kafka while it %s are in the log within a minute of its return',
    async (_how, hinder) => {
      await using ends = await openLogEnds('ledger');
      const ask = await keeper.enter(product.url);
      const before = await ends.records();
      {
        await using _hindered = await hinder();
        await makeAirports(ask, 10_000);
      }
      const backAtMs = performance.now();
      await eventually(async () => expect(await ends.records()).toBeGreaterThanOrEqual(before + 10_000), {
        timeoutMs: 60_000,
      });
      tellFigure(`${((performance.now() - backAtMs) / 1_000).toFixed(1)} s after its return`);
    },
  );

/** The parts of the split form that are killed, each by itself: what supervises them starts them again. */
const parts = ['subgraphs/data', 'subgraphs/identity', 'subgraphs/jobs', 'gateway', 'workers/outbox-relay'];

if (atNight && present('postgres'))
  test(`when parts of the split form are killed, one after the other, ${kept}`, once, async () => {
    await product.stop();
    options = { ...options, form: 'split' };
    product = await startProduct(options);
    const killed = parts.map((part) => async () => killPart(product, part));
    await keptThrough(killed, { mayRepeat: toldAgain });
  });

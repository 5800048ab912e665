import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, type ProductOptions, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, onTestFailed, test, vi } from 'vitest';
import { newMember, newWorkspace, signIn } from '../../security/newcomers.ts';
import { airportInput, freshCode, makeTenantData } from '../../security/tenant-data.ts';
import {
  currentCursors,
  everyEventOnceInOrder,
  everyVersionAuditedOnce,
  everyWriteIsStored,
  type LedgerKeeper,
} from '../ledger-check.ts';
import { emptyLedger, type Ledger, writeUntil } from '../ledger-writer.ts';
import { frozenEngine, killedEngine } from '../real-engines/killed-engine.ts';
import { ownPlaces } from '../real-engines/own-places.ts';
import { leads, startSecondRelay } from './second-relay.ts';

// Restarts of engines and of the product, as often as the run is told to kill.
const kills = inject('ledgerKills');
vi.setConfig({ testTimeout: 120_000 + kills * 60_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Kafka tells what a relay that died had told once more; everything that is done of it is done once. */
const mayRepeat = engines['KAFKA_URL'] !== undefined;
const writers = 3;
const fastTurns = 20;
/** How long an engine stands still that is frozen. */
const frozenMs = 30_000;
/** Until drivers have found an engine again that was restarted. */
const patient = { timeoutMs: 90_000 };

let places: Awaited<ReturnType<typeof ownPlaces>>;
let options: ProductOptions;
let product: RunningProduct;
let keeper: LedgerKeeper;
let owner: { readonly email: string; readonly workspace: string };

beforeAll(async () => {
  places = await ownPlaces('ledger');
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-ledger-'));
  const env = { ...places.settings, DEMO: 'off', LOG_LEVEL: 'error', REQUESTS_PER_MINUTE: '1000000' };
  options = { form: 'one', dataDir, env };
  product = await startProduct(options);
  const workspace = await newWorkspace(product.url);
  const { ask, email } = await newMember(product.url, workspace, 'EDITOR');
  owner = { email: workspace.owner.email, workspace: workspace.slug };
  const { flight } = await makeTenantData(ask);
  keeper = {
    enter: async (url) => (await signIn(url, email, workspace.slug)).ask,
    flightId: flight,
  };
});
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  if (options?.dataDir !== undefined) await rm(options.dataDir, { recursive: true, force: true });
  await places?.[Symbol.asyncDispose]();
});

/** Writes until something was acknowledged and then some, does what is to be done meanwhile, and stops when writes are acknowledged again. */
async function writingThrough(ledger: Ledger, name: string, harm: () => Promise<void>): Promise<void> {
  let stopped = false;
  const write = (): Promise<unknown>[] =>
    Array.from({ length: writers }, (_, writer) =>
      writeUntil(() => stopped, product.url, { ledger, keeper, name: `${name}w${writer}`, fastTurns }).catch(
        () => undefined,
      ),
    );
  const grows = async (): Promise<void> => {
    const written = ledger.versions.size;
    await eventually(() => expect(ledger.versions.size).toBeGreaterThan(written), patient);
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

/** What is done, how often, and how it is done once. */
const harms: readonly (readonly [string, number, () => Promise<void>])[] = [
  ['the product, which leads the relay, is killed', kills, productKilled],
  ...(['postgres', 'kafka', 'mongo'] as const)
    .filter(present)
    .map((name) => [`${name} is killed`, kills, async () => (await killedEngine(name)).backAgain()] as const),
  ...(['postgres', 'kafka', 'mongo', 'redis', 's3'] as const).filter(present).map(
    (name) =>
      [
        `${name} stands still for half a minute`,
        1,
        async () => {
          await using _frozen = await frozenEngine(name);
          await delay(frozenMs);
        },
      ] as const,
  ),
];

async function keptThrough(times: number, harm: () => Promise<void>): Promise<void> {
  onTestFailed(() => void process.stderr.write(product.output().slice(-8_000)));
  const ledger = emptyLedger();
  const cursors = await currentCursors(product.url, keeper);
  for (let time = 0; time < times; time += 1) await writingThrough(ledger, `${freshCode()}-${time}`, harm);
  await everyWriteIsStored(product.url, keeper, ledger);
  await everyEventOnceInOrder(product.url, { ...keeper, cursors, mayRepeat }, ledger);
  await everyVersionAuditedOnce((await signIn(product.url, owner.email, owner.workspace)).ask, ledger);
}

test.each(harms)(
  'when %s (%i times, at random moments), every acknowledged write is there, told in order, and audited once',
  (_what, times, harm) => keptThrough(times, harm),
);

// Embedded, the product owns its database; another process would have nothing to relay from.
if (present('postgres'))
  test(`when whichever of two relays leads is killed ${kills} times, the other goes on: every acknowledged write is there, told in order, and audited once`, async () => {
    let second = await startSecondRelay(places.settings);
    try {
      await keptThrough(kills, async () => {
        if (await second.leads()) {
          await second.kill9();
          await eventually(async () => expect(await leads(product.url)).toBe(true), patient);
          second = await startSecondRelay(places.settings);
        } else {
          await product.kill9();
          await eventually(async () => expect(await second.leads()).toBe(true), patient);
          product = await startProduct(options);
        }
      });
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });

if (present('kafka'))
  test('10,000 events that waited for Kafka are in the log within a minute of its return', async () => {
    const ask = await keeper.enter(product.url);
    const stopped = await killedEngine('kafka');
    const before = await relayed();
    for (let bulk = 0; bulk < 100; bulk += 1) {
      const input = Array.from({ length: 100 }, () => airportInput(freshCode()));
      const { errors } = await ask(
        'mutation ($input: [AirportInput!]!) { createAirports(input: $input) { airport { id } } }',
        { input },
      );
      expect(errors).toEqual([]);
    }
    await stopped.backAgain();
    await eventually(async () => expect(await relayed()).toBeGreaterThanOrEqual(before + 10_000), {
      timeoutMs: 60_000,
    });
  });

/** Events about records that the log has taken from this process. */
async function relayed(): Promise<number> {
  const figures = await (await fetch(`${product.url}/metrics`)).text();
  return Number(/^tributary_outbox_relayed_total\{topic="data.record"\} (\d+)$/m.exec(figures)?.[1] ?? 0);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type ProductOptions, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, onTestFailed, test, vi } from 'vitest';
import { newMember, newWorkspace, signIn } from '../../security/newcomers.ts';
import { makeTenantData } from '../../security/tenant-data.ts';
import {
  currentCursors,
  everyEventOnceInOrder,
  everyVersionAuditedOnce,
  everyWriteIsStored,
  type LedgerKeeper,
} from '../ledger-check.ts';
import { emptyLedger, type Ledger, writeUntil } from '../ledger-writer.ts';
import { killedEngine } from '../real-engines/killed-engine.ts';
import { ownPlaces } from './own-places.ts';

// Restarts of engines and of the product, as often as the run is told to kill.
const kills = inject('ledgerKills');
vi.setConfig({ testTimeout: 120_000 + kills * 60_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Kafka tells what a relay that died had told once more; everything that is done of it is done once. */
const mayRepeat = engines['KAFKA_URL'] !== undefined;
const writers = 3;
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
      writeUntil(() => stopped, product.url, { ledger, keeper, name: `${name}w${writer}` }).catch(
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

const harms: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'the product, which leads the relay,',
    async () => {
      await product.kill9();
      product = await startProduct(options);
    },
  ],
  ...(['postgres', 'kafka', 'mongo'] as const)
    .filter((name) => engines[`${name.toUpperCase()}_URL`] !== undefined)
    .map((name) => [name, async () => (await killedEngine(name)).backAgain()] as const),
];

test.each(harms)(
  `when %s is killed ${kills} times at random moments, every acknowledged write is there, told in order, and audited once`,
  async (_name, harm) => {
    onTestFailed(() => void process.stderr.write(product.output().slice(-8_000)));
    const ledger = emptyLedger();
    const cursors = await currentCursors(product.url, keeper);
    for (let kill = 0; kill < kills; kill += 1)
      await writingThrough(ledger, `${_name.slice(0, 8)}${kill}`, harm);
    await everyWriteIsStored(product.url, keeper, ledger);
    await everyEventOnceInOrder(product.url, { ...keeper, cursors, mayRepeat }, ledger);
    await everyVersionAuditedOnce((await signIn(product.url, owner.email, owner.workspace)).ask, ledger);
  },
);

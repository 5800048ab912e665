import {
  eventually,
  type GraphCaller,
  graphCaller,
  type RunningProduct,
  signedIn,
  startProduct,
} from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { makeAirport } from '../security/tenant-data.ts';
import {
  currentCursors,
  everyEventOnceInOrder,
  everyVersionAuditedOnce,
  everyWriteIsStored,
  type LedgerKeeper,
} from './ledger-check.ts';
import { acknowledgedFlights, emptyLedger, type Ledger, writeUntil } from './ledger-writer.ts';
import { everyEffectOnce, startEffects } from './ledgers/effects.ts';
import { folderWithDemo } from './start-attempt.ts';

const kills = inject('ledgerKills');
const writers = 3;

test(`after ${kills} kills at random moments, every acknowledged write is there, told once and in order, audited once, counted once, and has started one run`, {
  retry: 0,
  timeout: 900_000,
}, async () => {
  const ledger = emptyLedger();
  const env = { REQUESTS_PER_MINUTE: '1000000' };
  const dataDir = await folderWithDemo();
  let product = await startProduct({ form: 'one', dataDir, env });
  try {
    const keeper = await demoKeeper(product.url);
    const effects = await startEffects(await demoOwner(product.url), keeper.originId);
    await pauseRuns(await demoOwner(product.url));
    const cursors = await currentCursors(product.url, keeper);
    for (let kill = 0; kill < kills; kill += 1) {
      await writeAndKill(product, { ledger, keeper, round: kill });
      product = await startProduct({ form: 'one', dataDir, env });
    }
    expect(ledger.versions.size).toBeGreaterThan(kills);
    await everyWriteIsStored(product.url, keeper, ledger);
    await everyEventOnceInOrder(product.url, { ...keeper, cursors, mayRepeat: false }, ledger);
    const owner = await demoOwner(product.url);
    await everyVersionAuditedOnce(owner, ledger);
    await everyEffectOnce(owner, ledger, effects);
  } finally {
    await product[Symbol.asyncDispose]();
  }
});

const demoOwner = (url: string) => signedIn(url, 'owner@demo.local');

async function demoKeeper(url: string): Promise<LedgerKeeper & { readonly originId: string }> {
  const { data } = await graphCaller(url)<{ flights: { nodes: { id: string }[] } }>(
    `{ flights(first: 1) { nodes { id } } }`,
  );
  return {
    enter: (address) => signedIn(address, 'editor@demo.local'),
    flightId: data.flights.nodes[0]?.id ?? '',
    originId: await makeAirport(await signedIn(url, 'editor@demo.local')),
  };
}

/** That a run was enqueued is the effect; hundreds at work would take this machine from the writers. */
async function pauseRuns(owner: GraphCaller): Promise<void> {
  const { errors } = await owner('mutation { pauseQueue(name: "default") { state } }');
  expect(errors).toEqual([]);
}

interface Round {
  readonly ledger: Ledger;
  readonly keeper: LedgerKeeper;
  readonly round: number;
}

/** Lets writers run and kills the product 50–800 ms after a flight of theirs was acknowledged. */
async function writeAndKill(product: RunningProduct, { ledger, keeper, round }: Round): Promise<void> {
  let stopped = false;
  const flown = acknowledgedFlights(ledger).length;
  const running = Array.from({ length: writers }, (_, writer) =>
    writeUntil(() => stopped, product.url, { ledger, keeper, name: `L${round}w${writer}` }).catch(
      () => undefined,
    ),
  );
  await eventually(() => expect(acknowledgedFlights(ledger).length).toBeGreaterThan(flown));
  const momentMs = performance.now() + 50 + Math.random() * 750;
  await eventually(() => expect(performance.now()).toBeGreaterThan(momentMs));
  await product.kill9();
  stopped = true;
  await Promise.all(running);
}

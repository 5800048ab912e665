import {
  eventually,
  graphCaller,
  type RunningProduct,
  signedIn,
  startProduct,
  subscribing,
} from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { emptyLedger, type Ledger, writeUntil } from './ledger-writer.ts';
import { freshFolder } from './start-attempt.ts';

const kills = 20;
const writers = 3;

interface Change {
  readonly cursor: string;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
}

test(`after ${kills} kills at random moments, every acknowledged write is there, with each of its events once and in order`, async () => {
  const ledger = emptyLedger();
  const env = { REQUESTS_PER_MINUTE: '1000000' };
  const dataDir = await freshFolder();
  let product = await startProduct({ form: 'one', dataDir, env });
  try {
    const cursors = {
      Airport: await currentCursor(product, 'Airport'),
      FlightNote: await currentCursor(product, 'FlightNote'),
    };
    for (let kill = 0; kill < kills; kill += 1) {
      await writeAndKill(product, ledger, kill);
      product = await startProduct({ form: 'one', dataDir, env });
    }
    expect(ledger.versions.size).toBeGreaterThan(kills);
    await everyWriteIsStored(product, ledger);
    await everyEventOnceInOrder(product, ledger, cursors);
  } finally {
    await product[Symbol.asyncDispose]();
  }
}, 900_000);

/** Lets writers run and kills the product 50–800 ms after their first answers. */
async function writeAndKill(product: RunningProduct, ledger: Ledger, round: number): Promise<void> {
  let stopped = false;
  const written = ledger.versions.size;
  const running = Array.from({ length: writers }, (_, writer) =>
    writeUntil(() => stopped, product.url, { ledger, name: `L${round}w${writer}` }).catch(() => undefined),
  );
  await eventually(() => expect(ledger.versions.size).toBeGreaterThan(written));
  const momentMs = performance.now() + 50 + Math.random() * 750;
  await eventually(() => expect(performance.now()).toBeGreaterThan(momentMs));
  await product.kill9();
  stopped = true;
  await Promise.all(running);
}

/** A cursor of now: subscribes, makes one change, and takes the cursor it came with. */
async function currentCursor({ url }: RunningProduct, type: 'Airport' | 'FlightNote'): Promise<string> {
  const editor = await signedIn(url, 'editor@demo.local');
  const field = type === 'Airport' ? 'airportChanged' : 'flightNoteChanged';
  await using subscription = await subscribing<Record<string, Change>>(url, {
    query: `subscription { ${field} { cursor } }`,
    authorization: editor.authorization,
  });
  const { data } = await graphCaller(url)<{ flights: { nodes: { id: string }[] } }>(
    `{ flights(first: 1) { nodes { id } } }`,
  );
  const input =
    type === 'Airport'
      ? { iata: `start-${Date.now()}`, name: 'start', country: 'ledger', latitude: 0, longitude: 0 }
      : { flightId: data.flights.nodes[0]?.id, title: 'start' };
  const made = await editor(`mutation ($input: ${type}Input!) { create${type}(input: $input) { id } }`, {
    input,
  });
  expect(made.errors).toEqual([]);
  const change = await subscription.first(() => true);
  return change[field]?.cursor ?? '';
}

async function everyWriteIsStored({ url }: RunningProduct, ledger: Ledger): Promise<void> {
  const editor = await signedIn(url, 'editor@demo.local');
  for (const [entity, acknowledged] of ledger.versions) {
    const [type = '', id = ''] = entity.split('/');
    const field = type === 'Airport' ? 'airport' : 'flightNote';
    const { data } = await editor<Record<string, { version: number } | null>>(
      `query ($id: ID) { ${field}(id: $id) { version } }`,
      { id },
    );
    expect(
      data[field]?.version ?? 0,
      `${entity} was acknowledged at version ${acknowledged}`,
    ).toBeGreaterThanOrEqual(acknowledged);
  }
}

async function everyEventOnceInOrder(
  { url }: RunningProduct,
  ledger: Ledger,
  cursors: Readonly<Record<'Airport' | 'FlightNote', string>>,
): Promise<void> {
  const { authorization } = await signedIn(url, 'editor@demo.local');
  for (const type of ['Airport', 'FlightNote'] as const) {
    const field = type === 'Airport' ? 'airportChanged' : 'flightNoteChanged';
    await using replay = await subscribing<Record<string, Change>>(url, {
      query: `subscription ($after: Cursor) { ${field}(after: $after) { cursor kind id version } }`,
      variables: { after: cursors[type] },
      authorization,
    });
    const acknowledged = [...ledger.versions].filter(([entity]) => entity.startsWith(`${type}/`));
    await eventually(
      () => {
        const versions = versionsById(replay.payloads.map((payload) => payload[field]));
        for (const [entity, version] of acknowledged)
          expect(versions.get(entity.split('/')[1] ?? '')?.length ?? 0).toBeGreaterThanOrEqual(version);
      },
      { timeoutMs: 30_000 },
    );
    expect(replay.troubles).toEqual([]);
    for (const [id, versions] of versionsById(replay.payloads.map((payload) => payload[field]))) {
      if (ledger.versions.has(`${type}/${id}`))
        expect(versions, `events of ${type}/${id}`).toEqual(versions.map((_, index) => index + 1));
    }
  }
}

function versionsById(changes: readonly (Change | undefined)[]): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  for (const change of changes) {
    if (change !== undefined) versions.set(change.id, [...(versions.get(change.id) ?? []), change.version]);
  }
  return versions;
}

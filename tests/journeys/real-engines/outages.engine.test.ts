import type { Relational } from '@tributary/engines/relational';
import {
  eventually,
  freshDatabase,
  type GraphAnswer,
  type RunningProduct,
  startProduct,
  subscribing,
} from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../../security/newcomers.ts';
import { freshCode, makeAirport, makeTenantData, type TenantData } from '../../security/tenant-data.ts';
import { cutUpload, wholeUpload } from '../tus-upload.ts';
import { vegaFile } from '../vega-files.ts';
import { frozenEngine, killedEngine } from './killed-engine.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const engines = inject('engines');
/** Seconds pass until drivers have given up a connection, and until they have found the engine again. */
const patient = { timeoutMs: 60_000 };

let database: Relational | undefined;
let product: RunningProduct;
let editor: Newcomer;
let data: TenantData;

beforeAll(async () => {
  const settings = await ownPlaces();
  product = await startProduct({ form: 'one', env: { ...settings, DEMO: 'off', LOG_LEVEL: 'silent' } });
  editor = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  data = await makeTenantData(editor.ask);
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

/** The engines of this run, apart from what another product keeps there. */
async function ownPlaces(): Promise<Record<string, string>> {
  const places: Record<string, string> = { ...engines };
  if (engines['POSTGRES_URL'] !== undefined) {
    database = await freshDatabase();
    places['DATABASE_URL'] = database.url;
  }
  if (engines['KAFKA_URL'] !== undefined) places['EVENT_LOG_URL'] = `${engines['KAFKA_URL']}/outages.`;
  if (engines['MONGO_URL'] !== undefined) places['DOCUMENT_STORE_URL'] = `${engines['MONGO_URL']}/outages`;
  if (engines['REDIS_URL'] !== undefined)
    for (const name of ['KEY_VALUE_URL', 'PUBSUB_URL'])
      places[name] = `${engines['REDIS_URL']}?prefix=outages:`;
  return places;
}

const present = (name: string): boolean => engines[`${name.toUpperCase()}_URL`] !== undefined;

async function missing(): Promise<readonly string[]> {
  const answer = await fetch(`${product.url}/health/ready`);
  const body = (await answer.json()) as { status: string; missing?: readonly string[] };
  expect([answer.status, body.status]).toEqual(
    body.missing === undefined ? [200, 'ready'] : [503, 'not ready'],
  );
  return body.missing ?? [];
}

const rename = (name: string): Promise<GraphAnswer<{ updateAirport: { name: string } }>> =>
  editor.ask(
    'mutation ($id: ID!, $name: String) { updateAirport(id: $id, input: { name: $name }) { name } }',
    {
      id: data.airport,
      name,
    },
  );
const writeNote = (): Promise<GraphAnswer<{ createFlightNote: { id: string } }>> =>
  editor.ask('mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }', {
    input: { flightId: data.flight, title: 'written' },
  });
const readEverything = (): Promise<GraphAnswer<{ airport: { name: string }; flightNote: { id: string } }>> =>
  editor.ask(
    'query ($airport: ID, $note: ID!) { airport(id: $airport) { name } flightNote(id: $note) { id } }',
    {
      airport: data.airport,
      note: data.note,
    },
  );

async function upload(): Promise<{
  readonly status: number;
  readonly body: { readonly code?: string; readonly files?: readonly { readonly id: string }[] };
}> {
  const form = new FormData();
  form.set('file', new Blob(['kept']), `${freshCode()}.txt`);
  const headers = { authorization: editor.ask.authorization ?? '' };
  const answer = await fetch(`${product.url}/files/form`, { method: 'POST', headers, body: form });
  return { status: answer.status, body: (await answer.json()) as never };
}

async function downloaded(id: string | undefined): Promise<Buffer> {
  const { data: found } = await editor.ask<{ file: { downloadUrl: string } }>(
    'query ($id: ID!) { file(id: $id) { downloadUrl } }',
    { id },
  );
  const answer = await fetch(new URL(found.file.downloadUrl, product.url));
  return Buffer.from(await answer.arrayBuffer());
}

/** What a caller may get while an engine is away: what they asked for, or a code to try again. */
function expectDoneOrRetryable({ errors }: GraphAnswer<unknown>): void {
  for (const { extensions } of errors) expect(extensions).toMatchObject({ retryable: true });
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
  ['redis', 'key-value', () => rename('while redis is away')],
  ['mongo', 'document-store', writeNote],
  ['postgres', 'database', () => rename('while postgres is away')],
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
    const { errors, data: read } = await readEverything();
    expect(errors).toEqual([]);
    expect(read.flightNote).toEqual({ id: data.note });
  },
);

if (present('s3'))
  test('s3 is killed in the middle of an upload: health names it, the upload says to try again and goes on where it was, and what was kept comes back', async () => {
    const { files } = (await upload()).body;
    const file = await vegaFile('airports.csv');
    const uploading = { ...file, url: product.url, authorization: editor.ask.authorization ?? '' };
    const begun = await cutUpload({ ...uploading, cutAt: (accepted) => accepted >= 60_000 });
    await using killed = await killedEngine('s3');
    await eventually(async () => expect(await missing()).toContain('object-store'), patient);
    expect((await upload()).status).toBe(503);
    expect(await cutUpload({ ...uploading, from: begun.path })).toMatchObject({ path: begun.path });
    await killed.backAgain();
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    const whole = await eventually(() => wholeUpload({ ...uploading, from: begun.path }), patient);
    expect((await downloaded(whole)).equals(file.bytes)).toBe(true);
    expect((await downloaded(files?.[0]?.id)).toString()).toBe('kept');
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
      await rename(`before it was ${how}`);
      await watching.first(({ airportChanged }) => airportChanged.airport.name === `before it was ${how}`);
      const names = Array.from({ length: 50 }, (_, n) => `${how} ${n}`);
      {
        await using stopped = await stop('kafka');
        for (const name of names) expect((await rename(name)).errors).toEqual([]);
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

if (present('redis'))
  test('redis is frozen: nobody waits for it longer than its time limit, and all goes on when it answers again', async () => {
    {
      await using _frozen = await frozenEngine('redis');
      expectDoneOrRetryable(await rename('while redis is frozen'));
      expectDoneOrRetryable(await readEverything());
    }
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    await makeAirport(editor.ask);
  });

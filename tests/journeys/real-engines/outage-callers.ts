import { eventually, type GraphAnswer, type GraphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { Newcomer } from '../../security/newcomers.ts';
import { airportInput, freshCode, makeTenantData } from '../../security/tenant-data.ts';
import { restCaller } from '../rest-requests.ts';

interface Everything {
  readonly airport: { readonly name: string };
  readonly flightNote: { readonly id: string };
}

interface Upload {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly retryable?: boolean;
    readonly files?: readonly { readonly id: string }[];
  };
}

export type Outage = readonly [
  name: 'redis' | 'mongo' | 'postgres',
  ports: readonly string[],
  ask: () => Promise<GraphAnswer<unknown>>,
  expectAnswer: (asking: Promise<GraphAnswer<unknown>>) => Promise<void>,
];

/** What callers do while engines are away: each needs another of them. */
export async function outageCallers(url: string, editor: Newcomer) {
  const data = await makeTenantData(editor.ask);
  return {
    noteId: data.note,
    rename: (name: string): Promise<GraphAnswer<{ updateAirport: { name: string } }>> =>
      editor.ask(
        'mutation ($id: ID!, $name: String) { updateAirport(id: $id, input: { name: $name }) { name } }',
        { id: data.airport, name },
      ),
    makeAirports: (count: number): Promise<void> => makeAirports(editor.ask, count),
    writeNote: (): Promise<GraphAnswer<{ createFlightNote: { id: string } }>> =>
      editor.ask('mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }', {
        input: { flightId: data.flight, title: 'written' },
      }),
    readEverything: (): Promise<GraphAnswer<Everything>> =>
      editor.ask(
        'query ($airport: ID, $note: ID!) { airport(id: $airport) { name } flightNote(id: $note) { id } }',
        { airport: data.airport, note: data.note },
      ),
    upload: async (): Promise<Upload> => {
      const form = new FormData();
      form.set('file', new Blob(['kept']), `${freshCode()}.txt`);
      const headers = { authorization: editor.ask.authorization ?? '' };
      const answer = await fetch(`${url}/files/form`, { method: 'POST', headers, body: form });
      return { status: answer.status, body: (await answer.json()) as Upload['body'] };
    },
    downloaded: async (id: string | undefined): Promise<Buffer> => {
      const { data: found } = await editor.ask<{ file: { downloadUrl: string } }>(
        'query ($id: ID!) { file(id: $id) { downloadUrl } }',
        { id },
      );
      const answer = await fetch(new URL(found.file.downloadUrl, url));
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** Makes so many airports, a hundred at once. Their codes differ for certain: among ten thousand of lot, two would be the same in some nights. */
export async function makeAirports(ask: GraphCaller, count: number): Promise<void> {
  const prefix = freshCode();
  for (let made = 0; made < count; made += 100) {
    const input = Array.from({ length: Math.min(100, count - made) }, (_, n) =>
      airportInput(`${prefix}-${made + n}`),
    );
    const { data, errors } = await ask<{ createAirports: { airport: object | null }[] }>(
      'mutation ($input: [AirportInput!]!) { createAirports(input: $input) { airport { id } } }',
      { input },
    );
    expect(errors).toEqual([]);
    expect(data.createAirports.filter(({ airport }) => airport !== null)).toHaveLength(input.length);
  }
}

/**
 * Within what a caller is answered: `SUBGRAPH_TIMEOUT_MS` (5 s), and as much again and more for a machine that is busy with other things. Drivers that nobody
 * bounds wait 15 s and more.
 */
const answeredWithinMs = 12_000;
/** An upload asks the store some times, each time for `timeoutMs` (10 s) at most; after a silence it is not asked again. */
const uploadedWithinMs = 25_000;

/** What a caller may get while an engine is away, in bounded time: what they asked for, or a code to try again. */
export async function expectDoneOrRetryable(asking: Promise<GraphAnswer<unknown>>): Promise<void> {
  const { errors } = await inBoundedTime(asking, answeredWithinMs);
  for (const { extensions } of errors) expect(extensions).toMatchObject({ retryable: true });
}

/** What a caller gets all the same while an engine is away that nothing they ask for needs. */
export async function expectDone(asking: Promise<GraphAnswer<unknown>>): Promise<void> {
  expect((await inBoundedTime(asking, answeredWithinMs)).errors).toEqual([]);
}

/** Changes are refused, once the relay has counted what waits: in the graph with a code to try again, over REST with 503 and when to. */
export async function expectRefusedAsFull({
  url,
  editor,
  rename,
}: {
  readonly url: string;
  readonly editor: Newcomer;
  readonly rename: (name: string) => Promise<GraphAnswer<unknown>>;
}): Promise<void> {
  await eventually(async () => {
    // A name that it has already changes nothing, and tells of nothing.
    const [error] = (await rename(freshCode())).errors;
    expect(error?.extensions).toMatchObject({ code: 'BACKLOG_FULL', retryable: true });
  });
  const rest = restCaller(url, { authorization: editor.ask.authorization ?? '' });
  const { status, headers, json } = await rest('POST', '/v1/airports', airportInput(freshCode()));
  expect([status, json.code]).toEqual([503, 'BACKLOG_FULL']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

/** The share of so many requests that succeed, some at once; `ask` is told the number of each. */
export async function shareDone(
  count: number,
  ask: (number: number) => Promise<GraphAnswer<unknown>>,
): Promise<number> {
  let asked = 0;
  let done = 0;
  const caller = async (): Promise<void> => {
    while (asked < count) {
      asked += 1;
      if ((await ask(asked)).errors.length === 0) done += 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  return done / count;
}

/** The same of an upload: kept, or a code to try again. */
export async function expectKeptOrRetryable(uploading: Promise<Upload>): Promise<void> {
  const { status, body } = await inBoundedTime(uploading, uploadedWithinMs);
  if (status !== 201) expect([status, body.code]).toEqual([503, 'ENGINE_UNAVAILABLE']);
}

async function inBoundedTime<Answer>(asking: Promise<Answer>, withinMs: number): Promise<Answer> {
  const begunMs = performance.now();
  const answer = await asking;
  expect(performance.now() - begunMs, 'an answer in bounded time').toBeLessThan(withinMs);
  return answer;
}

/** Whoever signs out is out within five seconds, though the log cannot tell of it. */
export async function expectSignedOut({ ask }: Newcomer): Promise<void> {
  const me = '{ viewer { __typename } }';
  expect((await ask(me)).errors).toEqual([]);
  expect((await ask('mutation { signOut }')).data).toEqual({ signOut: true });
  await eventually(
    async () => expect((await ask(me)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]),
    { timeoutMs: 5_000 },
  );
}

/** Events that wait for the log, as operators see it. */
export async function waitingForLog(url: string): Promise<number> {
  const figures = await (await fetch(`${url}/metrics`)).text();
  const found = [...figures.matchAll(/^tributary_outbox_waiting\{store="[a-z-]+"\} (\d+)$/gm)];
  expect(found.length).toBeGreaterThan(0);
  return found.reduce((sum, [, count]) => sum + Number(count), 0);
}

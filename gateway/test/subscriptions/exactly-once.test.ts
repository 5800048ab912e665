import type { LogEvent, LogRecord, Tail, TailOptions } from '@tributary/engines/event-log';
import { eventually } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { Client, document, replica, route } from './replica.ts';
import { ScriptedLog } from './scripted-log.ts';

/** mulberry32: small and seeded, for the moments the schedule is made of. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fail(): never {
  throw new Error('unreachable');
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), key: fc.nat(4), mine: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect' as const), client: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), client: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

test('over any schedule of appends, cuts and resumes, every client has each of its events once, in order per key', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 20, maxLength: 120 }),
    fc.record({
      seed: fc.integer(),
      recentLimit: fc.integer({ min: 1, max: 6 }),
      pageSize: fc.integer({ min: 1, max: 4 }),
    }),
    async (steps, { seed, recentLimit, pageSize }) => {
      const random = seeded(seed);
      const log = new ScriptedLog('data.record', 3, random);
      // Two replicas of the gateway, each at its own pace: a cursor of one must hold at the other.
      const replicas = [0, 1].map(() => replica(log, { recentLimit, pageSize }));
      for (const { hub } of replicas) await hub.follow([route.topic]);
      const appended: { readonly name: string; readonly key: number }[] = [];
      const clients = [0, 1, 2].map(() => new Client());
      const running = new Map<Client, Disposable>();
      const connect = async (client: Client): Promise<void> => {
        if (running.has(client)) return;
        client.isConnected = true;
        const variables = client.cursor === undefined ? {} : { after: client.cursor };
        if (client.cursor === undefined) client.startedAt = appended.length;
        const request = {
          query: '',
          document,
          operationName: undefined,
          variables,
          after: undefined,
          requestId: 'r',
        };
        const { subscriptions } = replicas[random() < 0.5 ? 0 : 1] ?? fail();
        const started = await subscriptions.start(request, client, () => false);
        if (started !== undefined) running.set(client, started);
      };
      for (const [index, each] of steps.entries()) {
        if (each.kind === 'append') {
          const workspaceId = each.mine ? 'ws-1' : 'ws-2';
          const event: LogEvent = airportUpdated(`a${each.key}`, `${index}`, { workspaceId });
          if (each.mine) appended.push({ name: `${index}`, key: each.key });
          log.add(each.key % 3, event);
        } else if (each.kind === 'wait') await log.turns();
        else {
          const client = clients[each.client];
          if (client === undefined) continue;
          if (each.kind === 'connect') await connect(client);
          else {
            client.isConnected = false;
            running.get(client)?.[Symbol.dispose]();
            running.delete(client);
          }
        }
      }
      for (const client of clients) if (client.cursor !== undefined) await connect(client);
      for (const client of clients.filter(({ cursor }) => cursor !== undefined)) {
        const due = appended.slice(client.startedAt).map(({ name }) => name);
        await eventually(() => expect(due.filter((name) => !client.seen.includes(name))).toEqual([]), {
          timeoutMs: 3_000,
        });
        expect(new Set(client.seen).size).toBe(client.seen.length);
        for (const key of [0, 1, 2, 3, 4]) {
          const inOrder = appended.filter((each) => each.key === key).map(({ name }) => name);
          const had = client.seen.filter((name) => inOrder.includes(name));
          expect(had).toEqual(inOrder.slice(inOrder.length - had.length));
        }
      }
      for (const { feeds, hub } of replicas) {
        feeds[Symbol.dispose]();
        await hub[Symbol.asyncDispose]();
      }
    },
  );
  // fast-check prints the seed and the shrunk schedule of a failure.
  await fc.assert(property, { numRuns: 150 });
}, 120_000);

class BurstLog extends ScriptedLog {
  readonly #all: LogRecord[] = [];
  #onRecords: TailOptions['onRecords'] = () => undefined;

  override add(partition: number, event: LogEvent): LogRecord {
    const record = super.add(partition, event);
    this.#all.push(record);
    return record;
  }

  override async tail(options: TailOptions): Promise<Tail> {
    this.#onRecords = options.onRecords;
    return { startedAt: { [this.topic]: await this.end() }, [Symbol.asyncDispose]: async () => undefined };
  }

  async burst(): Promise<void> {
    await this.#onRecords(this.#all);
  }
}

test('a burst larger than a live feed holds is read from the log instead, and nothing of it is lost', async () => {
  const log = new BurstLog(route.topic, 1, () => 0.5);
  const { hub, feeds, subscriptions } = replica(log, { recentLimit: 500, pageSize: 100 });
  await hub.follow([route.topic]);
  const client = new Client();
  const request = {
    query: '',
    document,
    operationName: undefined,
    variables: {},
    after: undefined,
    requestId: 'r',
  };
  await subscriptions.start(request, client, () => false);
  // One event through, so that the feed is known to be live.
  log.add(0, airportUpdated('a1', 'first'));
  await log.burst();
  await eventually(() => expect(client.seen).toEqual(['first']));
  await log.turns();
  const names = Array.from({ length: 3_000 }, (_, index) => `${index}`);
  for (const name of names) log.add(0, airportUpdated('a1', name));
  await log.burst();
  await eventually(() => expect(client.seen.length).toBe(3_001));
  expect(client.seen).toEqual(['first', ...names]);
  feeds[Symbol.dispose]();
});

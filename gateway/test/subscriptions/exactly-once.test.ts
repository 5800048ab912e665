import type { LogEvent, LogRecord, Tail, TailOptions } from '@tributary/engines/event-log';
import { eventually, rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { Client, Connection, cursors, replica, route } from './replica.ts';
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

const client = fc.nat(2);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), key: fc.nat(4), mine: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('connect' as const), client }) },
  // The schedule goes on while the gateway still makes up its mind.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin to connect' as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), client }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

/** Of the records appended so far, by key, what is at or after the position a client was told. */
function dueFrom(startCursor: string, records: readonly LogRecord[]): ReadonlyMap<string, readonly string[]> {
  const position = cursors.decode(startCursor)[route.topic] ?? fail();
  const due = new Map<string, string[]>();
  for (const { event, partition, offset } of records) {
    if (event.workspaceid !== 'ws-1' || offset < (position[partition] ?? 0)) continue;
    due.set(event.subject, [...(due.get(event.subject) ?? []), nameIn(event)]);
  }
  return due;
}

function nameIn(event: LogEvent): string {
  return (event.data as { after: { name: string } }).after.name;
}

test('over any schedule of appends, cuts and resumes, every client has each event from its start on once, in order per key', async () => {
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
      const records: LogRecord[] = [];
      const clients = [0, 1, 2].map(() => new Client());
      const connections = new Map<Client, Connection>();
      const starting: Promise<void>[] = [];
      const connect = (asking: Client): Promise<void> => {
        if (connections.get(asking)?.isOpen) return Promise.resolve();
        const connection = new Connection(asking);
        connections.set(asking, connection);
        const started = connection.subscribe((replicas[random() < 0.5 ? 0 : 1] ?? fail()).subscriptions);
        starting.push(started);
        return started;
      };
      for (const [index, each] of steps.entries()) {
        if (each.kind === 'append') {
          const workspaceId = each.mine ? 'ws-1' : 'ws-2';
          records.push(log.add(each.key % 3, airportUpdated(`a${each.key}`, `${index}`, { workspaceId })));
        } else if (each.kind === 'wait') await log.turns();
        else {
          const asked = clients[each.client] ?? fail();
          if (each.kind === 'connect') await connect(asked);
          else if (each.kind === 'begin to connect') void connect(asked);
          else connections.get(asked)?.cut();
        }
      }
      const subscribed = clients.filter(({ startCursor }) => startCursor !== undefined);
      for (const each of subscribed) await connect(each);
      await Promise.all(starting);
      const had = () =>
        subscribed.map(({ startCursor, seen }) =>
          [...dueFrom(startCursor ?? '', records)].flatMap(([, due]) =>
            seen.filter((name) => due.includes(name)),
          ),
        );
      const due = subscribed.map(({ startCursor }) =>
        [...dueFrom(startCursor ?? '', records).values()].flat(),
      );
      await eventually(() => expect(had()).toEqual(due), { timeoutMs: 3_000 });
      // What would come twice comes late.
      for (let left = 40; left > 0; left -= 1) await log.turns();
      expect(had()).toEqual(due);
      expect(subscribed.map(({ seen }) => seen.length)).toEqual(due.map(({ length }) => length));
      for (const { feeds, hub } of replicas) {
        feeds[Symbol.dispose]();
        await hub[Symbol.asyncDispose]();
      }
    },
  );
  // fast-check prints the seed and the shrunk schedule of a failure.
  await fc.assert(property, { numRuns: rounds(40, 150) });
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

test('at a replica that lags, a subscription starts where that replica is, and nothing from there on is missing', async () => {
  const log = new BurstLog(route.topic, 1, () => 0.5);
  const { hub, feeds, subscriptions } = replica(log, { recentLimit: 500, pageSize: 100 });
  await hub.follow([route.topic]);
  log.add(0, airportUpdated('a1', 'not seen by the replica when the client asked'));
  const late = new Client();
  await new Connection(late).subscribe(subscriptions);
  expect(cursors.decode(late.startCursor ?? '')).toEqual({ [route.topic]: [0] });
  log.add(0, airportUpdated('a1', 'after the client asked'));
  await log.burst();
  await eventually(() =>
    expect(late.seen).toEqual(['not seen by the replica when the client asked', 'after the client asked']),
  );
  feeds[Symbol.dispose]();
});

test('a burst larger than a live feed holds is read from the log instead, and nothing of it is lost', async () => {
  const log = new BurstLog(route.topic, 1, () => 0.5);
  const { hub, feeds, subscriptions } = replica(log, { recentLimit: 500, pageSize: 100 });
  await hub.follow([route.topic]);
  const reader = new Client();
  await new Connection(reader).subscribe(subscriptions);
  // One event through, so that the feed is known to be live.
  log.add(0, airportUpdated('a1', 'first'));
  await log.burst();
  await eventually(() => expect(reader.seen).toEqual(['first']));
  await log.turns();
  const names = Array.from({ length: 3_000 }, (_, index) => `${index}`);
  for (const name of names) log.add(0, airportUpdated('a1', name));
  await log.burst();
  await eventually(() => expect(reader.seen.length).toBe(3_001));
  expect(reader.seen).toEqual(['first', ...names]);
  feeds[Symbol.dispose]();
});

test('large events that come faster than they are executed wait in the log, not in memory, and none is lost', async () => {
  const log = new BurstLog(route.topic, 1, () => 0.5);
  const { hub, feeds, subscriptions, figures } = replica(log, { recentLimit: 1, pageSize: 10 });
  await hub.follow([route.topic]);
  const reader = new Client();
  await new Connection(reader).subscribe(subscriptions);
  log.add(0, airportUpdated('a1', 'first'));
  await log.burst();
  await eventually(() => expect(reader.seen).toEqual(['first']));
  await log.turns();
  const waitingBytes = async (): Promise<number> => (await figures.waitingBytes.get()).values[0]?.value ?? 0;
  expect(await waitingBytes()).toBe(0);
  const filler = 'x'.repeat(100_000);
  const names = Array.from({ length: 300 }, (_, index) => `${index} ${filler}`);
  for (const name of names) log.add(0, airportUpdated('a1', name));
  await log.burst();
  const most = await waitingBytes();
  expect(most).toBeGreaterThan(3 * 1024 * 1024);
  expect(most).toBeLessThanOrEqual(4 * 1024 * 1024);
  await eventually(() => expect(reader.seen.length).toBe(301), { timeoutMs: 10_000 });
  expect(reader.seen.slice(1)).toEqual(names);
  expect(await waitingBytes()).toBe(0);
  feeds[Symbol.dispose]();
});

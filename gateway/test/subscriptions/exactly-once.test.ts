import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import type { PubSub } from '@tributary/engines/pubsub';
import { createLogger, Registry, systemClock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import fc from 'fast-check';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { EphemeralChannels } from '../../src/subscriptions/ephemeral-channels.ts';
import { EphemeralGroups } from '../../src/subscriptions/ephemeral-groups.ts';
import { FeedRegistry } from '../../src/subscriptions/feed-registry.ts';
import { LogHub } from '../../src/subscriptions/log-hub.ts';
import { createRealTimeFigures } from '../../src/subscriptions/real-time-figures.ts';
import type { StreamRoute } from '../../src/subscriptions/stream-routes.ts';
import type { Subscriber } from '../../src/subscriptions/subscriber.ts';
import { Subscriptions } from '../../src/subscriptions/subscriptions.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { ScriptedLog } from './scripted-log.ts';

const principal: Principal = { kind: 'user', id: 'u-1', workspaceId: 'ws-1', role: 'VIEWER', scopes: null };
const document = parse('subscription ($after: String) { airportChanged(after: $after) }');
const route: StreamRoute = {
  kind: 'log',
  fieldName: 'airportChanged',
  topic: 'data.record',
  types: new Set(['data.record.updated']),
  subject: 'Airport/*',
  filterArgument: undefined,
};
const schema = buildSchema(
  'type Query { a: Int } type Subscription { airportChanged(after: String): String }',
);

/** A client: what it has seen over all its connections, and the cursor it holds. */
class Client implements Subscriber {
  readonly principal = principal;
  readonly seen: string[] = [];
  cursor: string | undefined;
  startedAt = 0;
  isConnected = true;

  accepted(cursor: string | undefined): void {
    this.cursor = cursor;
  }

  deliver(payload: Buffer): void {
    if (!this.isConnected) return;
    const { data, extensions } = JSON.parse(payload.toString().slice(0, -1)) as {
      data: { airportChanged: string };
      extensions: { cursor: string };
    };
    this.seen.push(data.airportChanged);
    this.cursor = extensions.cursor;
  }

  refuse(): void {
    throw new Error('refused');
  }

  interrupt(): void {
    throw new Error('interrupted');
  }

  async drained(): Promise<void> {}
}

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

function replica(
  log: ScriptedLog,
  { recentLimit, pageSize }: { readonly recentLimit: number; readonly pageSize: number },
) {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const figures = createRealTimeFigures(new Registry());
  const cursors = createCursorCodec('a secret only the tests know');
  const clock = systemClock;
  const hub = new LogHub({ log: log as unknown as EventLog, cursors, logger, recentLimit, pageSize });
  const feeds = new FeedRegistry({ hub, clock, logger, figures });
  const ephemeral = new EphemeralGroups({
    channels: new EphemeralChannels({} as PubSub, logger),
    clock,
    figures,
  });
  const subscriptions = new Subscriptions({
    streams: () => ({ routes: new Map([[route.fieldName, route]]), schema, version: '1' }),
    prepareStream: ({ variables }) => ({
      fieldName: route.fieldName,
      args: variables,
      execute: async (_principal, stream) => {
        await log.turns();
        return {
          data: {
            airportChanged:
              stream === undefined ? null : (stream.event.data as { after: { name: string } }).after.name,
          },
        };
      },
    }),
    feeds,
    ephemeral,
  });
  return { hub, feeds, subscriptions };
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

import type { PubSub } from '@tributary/engines/pubsub';
import { createLogger, Registry, systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import type { PreparedStream } from '../../src/execution/stream-execution.ts';
import { anonymous } from '../../src/security/nobody.ts';
import { EphemeralChannels } from '../../src/subscriptions/ephemeral-channels.ts';
import { EphemeralGroups, type EphemeralSpec } from '../../src/subscriptions/ephemeral-groups.ts';
import { ExecutionTurns } from '../../src/subscriptions/execution-turns.ts';
import type { Payload } from '../../src/subscriptions/payload.ts';
import { createRealTimeFigures } from '../../src/subscriptions/real-time-figures.ts';
import type { Subscriber } from '../../src/subscriptions/subscriber.ts';
import { airportUpdated } from './airport-subgraph.ts';

/** A room with a subscriber, whose subgraph answers nothing until it is let go. */
async function room() {
  const listeners: ((payload: string) => void)[] = [];
  const pubSub = {
    subscribe: async (_channel: string, listener: (payload: string) => void) => {
      listeners.push(listener);
      return { [Symbol.asyncDispose]: async () => undefined };
    },
  } as unknown as PubSub;
  const logger = createLogger({ name: 'test', level: 'silent' });
  const clock = systemClock;
  const groups = new EphemeralGroups({
    channels: new EphemeralChannels(pubSub, logger),
    clock,
    figures: createRealTimeFigures(new Registry()),
    turns: new ExecutionTurns(clock),
  });
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let said = 0;
  let isDeleted = false;
  const answer = (presence: string | null) => ({ data: { presence } });
  const execute: PreparedStream['execute'] = async (_principal, stream) => {
    await gate;
    if (stream !== undefined) return answer((stream.event.data as { who: string }).who);
    if (!isDeleted) return answer(`all ${said}`);
    const error = new GraphQLError('Gone.', { path: ['presence'], extensions: { code: 'NOT_FOUND' } });
    return { ...answer(null), errors: [error] };
  };
  const prepared = { fieldName: 'presence', cost: 1, args: {}, execute };
  const heard: string[] = [];
  const refusals: unknown[] = [];
  const subscriber = {
    principal: anonymous,
    deliver: ({ message }: Payload) =>
      void heard.push(
        (JSON.parse(message.toString().slice(0, -1)) as { data: { presence: string } }).data.presence,
      ),
    refuse: (errors: unknown) => void refusals.push(errors),
  } as unknown as Subscriber;
  const { workspaceId } = anonymous;
  const spec: EphemeralSpec = { key: 'k', owner: 'o', channel: 'c', workspaceId, prepared };
  const seat = await groups.join(spec, subscriber);
  const event = airportUpdated('room', 'presence', { workspaceId });
  return {
    seat,
    heard,
    refusals,
    letGo,
    delete: () => {
      isDeleted = true;
    },
    say: (count: number) => {
      for (let more = 0; more < count; more += 1) {
        const payload = JSON.stringify({ ...event, data: { who: `m${said}` } });
        said += 1;
        for (const listener of listeners) listener(payload);
      }
    },
    [Symbol.dispose]: () => groups[Symbol.dispose](),
  };
}

const first = (count: number) => Array.from({ length: count }, (_, at) => `m${at}`);

test('of a burst beyond what may be in hand the newest is not lost: what is there then is told behind it', async () => {
  using burst = await room();
  burst.seat.open();
  burst.say(150);
  burst.letGo();
  await eventually(() => expect(burst.heard).toEqual([...first(100), 'all 150']));
  burst.say(1);
  await eventually(() => expect(burst.heard.at(-1)).toBe('m150'));
});

test('what ends it ends it, though it comes behind a burst', async () => {
  using burst = await room();
  burst.seat.open();
  burst.say(150);
  burst.delete();
  burst.letGo();
  await eventually(() => expect(burst.refusals).toHaveLength(1));
  expect(burst.heard).toEqual(first(100));
});

test('what came before the opening call was answered, and could not be held, is told by what is there then', async () => {
  using burst = await room();
  burst.letGo();
  for (let batch = 0; batch < 3; batch += 1) {
    burst.say(50);
    await burst.seat.settled();
  }
  burst.seat.open();
  await eventually(() => expect(burst.heard).toEqual([...first(150).slice(50), 'all 150']));
});

import type { EventLog } from '@tributary/engines/event-log';
import { partitionOf } from '@tributary/engines/event-log/partitioner';
import { PartitionsAway } from '@tributary/engines/event-log/partitions-away';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { changeOf, type RelayUnderTest, relayUnderTest, topic } from './relay-under-test.ts';

const [away, of] = [1, 3];

/** The log of the system as one whose partition has lost its leader, until it is said to be back. */
function withoutLeader({ log }: RelayUnderTest): { readonly log: EventLog; readonly comeBack: () => void } {
  let isAway = true;
  const append: EventLog['append'] = async (name, events) => {
    if (!isAway) return log.append(name, events);
    const others = events.filter(({ partitionkey }) => partitionOf(partitionkey, of) !== away);
    await log.append(name, others);
    if (others.length === events.length) return;
    throw new PartitionsAway([away], { of, cause: new CodedError('ENGINE_UNAVAILABLE', 'no leader') });
  };
  return {
    log: Object.create(log, { append: { value: append }, ownOutbox: { value: undefined } }) as EventLog,
    comeBack: () => {
      isAway = false;
    },
  };
}

test('while a partition has no leader the events of all others go on, however many there are, and its own come in their order when it has one again', async () => {
  await using system = await relayUnderTest();
  const { log, comeBack } = withoutLeader(system);
  const events = Array.from({ length: 1_800 }, (_, n) => changeOf(`Airport/${n % 30}`, n));
  const told = events.filter(({ partitionkey }) => partitionOf(partitionkey, of) !== away);
  expect(told.length).toBeGreaterThan(600);
  for (let n = 0; n < events.length; n += 300)
    await writeOutbox(
      system.relational,
      events.slice(n, n + 300).map((event) => ({ topic, event })),
    );
  await using _relay = system.relay({ log });
  const numbers = (some: readonly { readonly data: unknown }[]): number[] =>
    some.map(({ data }) => (data as { after: { n: number } }).after.n);
  const sorted = (some: readonly number[]): number[] => [...some].sort((a, b) => a - b);
  await eventually(async () => expect(sorted(numbers(await system.logged()))).toEqual(numbers(told)));
  comeBack();
  await eventually(async () => expect(await system.logged()).toHaveLength(events.length), {
    timeoutMs: 30_000,
  });
  for (const subject of new Set(events.map((event) => event.subject))) {
    const own = numbers((await system.logged()).filter((event) => event.subject === subject));
    expect(own).toEqual(sorted(own));
  }
});

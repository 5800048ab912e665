import type { EventLog } from '@tributary/engines/event-log';
import type { OutboxSource } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { changeOf, relayUnderTest, topic } from './relay-under-test.ts';

it('a log of its own is told up to which row it has the outbox', async () => {
  await using under = await relayUnderTest();
  const noted: string[] = [];
  const { log } = under;
  const apart = Object.create(log, {
    ownOutbox: { value: undefined },
    append: { value: (...append: Parameters<EventLog['append']>) => log.append(...append) },
    noteMoved: { value: async (row: string) => void noted.push(row) },
  }) as EventLog;
  await using _relay = under.relay({ log: apart });
  for (const subject of ['Airport/1', 'Airport/2', 'Airport/3'])
    await under.relational.transaction((tx) => writeOutbox(tx, [{ topic, event: changeOf(subject, 1) }]));
  await eventually(async () => {
    const { rows } = await under.relational.query<{ last: string }>(
      'SELECT last_value::text AS last FROM outbox.event_id_seq',
    );
    expect(noted.at(-1)).toBe(rows[0]?.last);
  });
  expect(noted.length).toBeLessThanOrEqual(3);
});

it('a store that counts by itself is told when events of it were moved', async () => {
  await using under = await relayUnderTest();
  let [count, moved] = [0, 0];
  const { source } = under;
  const counting: OutboxSource = {
    place: source.place,
    store: 'document-store',
    pending: (...of) => source.pending(...of),
    forget: async (events) => {
      await source.forget(events);
      moved += 1;
    },
    onCommitted: (wake) => source.onCommitted(wake),
    backlog: (...of) => source.backlog(...of),
    tellFull: (full) => source.tellFull(full),
    noteMoved: async () => {
      count += 1;
    },
  };
  const apart = Object.create(under.log, {
    ownOutbox: { value: undefined },
    append: { value: (...append: Parameters<EventLog['append']>) => under.log.append(...append) },
  }) as EventLog;
  await using _relay = under.relay({ source: counting, log: apart });
  const write = (subject: string) =>
    under.relational.transaction((tx) => writeOutbox(tx, [{ topic, event: changeOf(subject, 1) }]));
  await write('Airport/1');
  await eventually(() => expect([count, moved]).toEqual([1, 1]));
  await write('Airport/2');
  await eventually(() => expect(moved).toBe(2));
  await eventually(() => expect(count).toBe(2));
});

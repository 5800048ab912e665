import type { EventLog } from '@tributary/engines/event-log';
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

import { createLogger } from '@tributary/runtime';
import { freshDatabase, observedDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { eventOf, freshTopic } from './conformance-events.ts';
import { openEventLog } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('an append of any size goes in statements of 16 MB, whose events come in order', async () => {
  await using relational = await freshDatabase();
  const statements: string[] = [];
  await using eventLog = await openEventLog('embedded:', {
    relational: observedDatabase(relational, statements),
    log,
  });
  const topic = await freshTopic(eventLog, 1);
  const text = 'x'.repeat(2_500_000);
  const events = Array.from({ length: 20 }, (_, n) => eventOf('Thing/1', { n, text }));
  statements.length = 0;
  await eventLog.append(topic, events);
  expect(statements.filter((statement) => statement.includes('INSERT INTO event_log.record'))).toHaveLength(
    4,
  );
  const ids = await eventLog.ids({ topic, partition: 0, fromOffset: 0, limit: 100 });
  expect(ids.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
});

import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { relationalOutbox } from './relational.ts';

test.each([
  ['U+0000', String.raw`\u0000`],
  ['half a surrogate pair', String.raw`\ud83d`],
])('what waits is counted also while the oldest event holds %s', async (_, text) => {
  await using database = await freshDatabase();
  const outbox = await relationalOutbox(database);
  // The data comes first, and has a time too: none of it is the event's own.
  const event = `{"data":{"time":"never","text":"${text}"},"time":"2026-11-28T07:00:00.000Z"}`;
  await database.query('INSERT INTO outbox.event (topic, event) VALUES ($1, $2), ($1, $3)', [
    'data.record',
    event,
    '{"time":"2026-11-28T08:00:00.000Z"}',
  ]);
  expect(await outbox.backlog(10)).toEqual({ waiting: 2, oldest: '2026-11-28T07:00:00.000Z' });
});

import { expect, test } from 'vitest';
import { topicContract } from './topics.ts';

const declared = { topic: 'a.b', partitions: 4, retentionDays: 30, types: {} };
const declaring = (change: object) =>
  topicContract({ name: 'a.b.json', text: JSON.stringify({ ...declared, ...change }) });

test('a topic is as its file declares it', () => {
  expect(declaring({ cleanup: 'compact' })).toMatchObject({
    name: 'a.b',
    partitions: 4,
    retentionMs: 30 * 86_400_000,
    cleanup: 'compact',
  });
});

test.each([
  { retentionDays: 0 },
  { retentionDays: -1 },
  { retentionDays: 0.5 },
  { retentionDays: 1e11 },
  { partitions: 0 },
  { partitions: 2.5 },
  { cleanup: 'compacted' },
])('a file that says %o declares no topic, and is named', (change) => {
  expect(() => declaring(change)).toThrow(/^schema\/events\/a\.b\.json needs .*retentionDays \(whole days/);
});

test.each(['{"topic": "a.b",', '[]', 'null', ''])(
  'a file that is no JSON object, %j, is named as well',
  (text) => {
    const declare = () => topicContract({ name: 'a.b.json', text });
    expect(declare).toThrow(/^schema\/events\/a\.b\.json (is no JSON|needs)/);
    // What a start that fails tells in one sentence.
    expect(declare).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

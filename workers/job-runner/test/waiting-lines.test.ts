import type { RunLogLine } from '@tributary/job-queue';
import { expect, test } from 'vitest';
import { WaitingLines } from '../src/waiting-lines.ts';

const line = (message: string): RunLogLine => ({ level: 'INFO', message, fields: {}, atMs: 7 });

function written(lines: WaitingLines): readonly (readonly RunLogLine[])[] {
  const batches: (readonly RunLogLine[])[] = [];
  for (let batch = lines.take(); batch.length > 0; batch = lines.take()) batches.push(batch);
  return batches;
}

test('a burst of as many lines as the log of a run has is kept whole, in its order', () => {
  const lines = new WaitingLines();
  const said = Array.from({ length: 10_000 }, (_, at) => `line ${at} with what a line has`);
  for (const message of said) lines.add(line(message));
  const batches = written(lines);
  expect(batches.flat().map(({ message }) => message)).toEqual(said);
  expect(batches).toHaveLength(20);
  expect(lines.count).toBe(0);
});

test('of more than that the last are kept, and a line in the place of the others says how many they were', () => {
  const lines = new WaitingLines();
  for (let at = 0; at < 200_000; at += 1) lines.add(line(String(at)));
  const [first, second, ...others] = written(lines).flat();
  expect(first).toEqual({
    level: 'WARN',
    message: '190000 lines were left out here: more was said than the log could take in that time.',
    fields: { leftOut: 190_000 },
    atMs: 7,
  });
  expect([second?.message, others.length, others.at(-1)?.message]).toEqual(['190000', 9_999, '199999']);
  lines.add(line('later'));
  expect(written(lines)).toEqual([[line('later')]]);
});

test('lines are bounded by what is in them too, where they wait and where they are written at once', () => {
  const lines = new WaitingLines();
  const long = { ...line('x'.repeat(2_000)), fields: { more: 'y'.repeat(4_000) } };
  for (let at = 0; at < 1_000; at += 1) lines.add(long);
  const size = ({ message, fields }: RunLogLine): number => message.length + JSON.stringify(fields).length;
  const batches = written(lines);
  const kept = batches.flat();
  expect(kept.reduce((sum, each) => sum + size(each), 0)).toBeLessThan(2_001_000);
  expect(kept[0]?.fields).toEqual({ leftOut: 1_001 - kept.length });
  for (const batch of batches) expect(batch.reduce((sum, each) => sum + size(each), 0)).toBeLessThan(407_000);
});

test('where there is no more time the last lines are kept', () => {
  const lines = new WaitingLines();
  for (let at = 0; at < 5; at += 1) lines.add(line(String(at)));
  lines.leaveOutAllBut(2);
  const [left, ...kept] = lines.take();
  expect([left?.fields, kept.map(({ message }) => message), lines.count]).toEqual([
    { leftOut: 3 },
    ['3', '4'],
    0,
  ]);
});

test('lines that wait are written to their end, also when some of them are left out meanwhile', async () => {
  const lines = new WaitingLines();
  for (let at = 0; at < 9_000; at += 1) lines.add(line(String(at)));
  const batches: (readonly RunLogLine[])[] = [];
  const writing = lines.writeOut(async (batch) => {
    if (batches.length === 0)
      for (let at = 0; at < 500; at += 1) lines.add({ ...line('long'), fields: { more: 'y'.repeat(4_000) } });
    batches.push(batch);
    if (batch.length === 0) throw new Error('nothing was written');
  });
  await writing;
  expect(batches.flat().at(-1)?.message).toBe('long');
  expect(lines.count).toBe(0);
});

import { expect, test } from 'vitest';
import { murmur2, partitionOf } from './partitioner.ts';

// From Kafka's own UtilsTest.testMurmur2.
const goldenVectors = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
] as const;

test.each(goldenVectors)('the hash of %s is what the Java client of Kafka computes', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('a key keeps its partition, and many keys use all partitions', () => {
  const used = new Set<number>();
  for (let n = 0; n < 1_000; n += 1) {
    const partition = partitionOf(`Flight/${n}`, 12);
    expect(partition).toBe(partitionOf(`Flight/${n}`, 12));
    used.add(partition);
  }
  expect([...used].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

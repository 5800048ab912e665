import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
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

const keys = fc.string({ unit: 'binary', maxLength: 200 });

/** Where Kafka's own client for JavaScript puts a key. */
function kafkasChoice(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1], offlineReplicas: [] },
  }));
  return Partitioners.DefaultPartitioner()({
    topic: 'any',
    partitionMetadata,
    message: { key, value: null },
  });
}

test('whatever the key and the number of partitions, it goes where the clients of Kafka put it', () => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 200 }), (key, partitions) => {
      expect(partitionOf(key, partitions)).toBe(kafkasChoice(key, partitions));
    }),
    {
      numRuns: 500,
      examples: [
        ['', 12],
        ['\ud800', 12],
        ['\u0000', 1],
        ['Flight/ü', 7],
      ],
    },
  );
});

test('many keys use all partitions, and none of them has twice its share', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.integer({ min: 2, max: 24 }), (prefix, partitions) => {
      const loads = new Array<number>(partitions).fill(0);
      for (let n = 0; n < 200 * partitions; n += 1) {
        const partition = partitionOf(`${prefix}/${n}`, partitions);
        loads[partition] = (loads[partition] ?? 0) + 1;
      }
      expect(Math.min(...loads)).toBeGreaterThan(0);
      expect(Math.max(...loads)).toBeLessThan(400);
    }),
    { numRuns: 30 },
  );
});

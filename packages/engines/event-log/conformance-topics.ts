import { newId } from '@tributary/runtime';
import { describe, expect, test, vi } from 'vitest';
import { freshTopic, type LogUnderTest, numberedEvents } from './conformance-events.ts';

const within = { timeout: 18_000, interval: 50 };

export function describeTopics(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: topics and groups`, () => {
    test('a topic follows its declaration, and who declares is told what was otherwise', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = `conformance.${newId()}`;
      const first = { name: topic, partitions: 2, retentionMs: 3_600_000 };
      expect(await log.declareTopics([first])).toEqual([]);
      expect(await log.declareTopics([first])).toEqual([]);
      const changed = { ...first, retentionMs: 7_200_000, cleanup: 'compact' as const };
      expect(await log.declareTopics([changed])).toEqual([
        { topic, setting: 'retentionMs', found: '3600000', declared: '7200000' },
        { topic, setting: 'cleanup', found: 'delete', declared: 'compact' },
      ]);
      expect(await log.declareTopics([changed])).toEqual([]);
      await log.append(topic, numberedEvents(12, 6));
      const state = (await log.topics()).find((each) => each.name === topic);
      expect(state).toMatchObject({ retentionMs: 7_200_000, cleanup: 'compact', beginning: [0, 0] });
      expect(state?.end).toEqual(await log.end(topic));
    });

    test('topics that were declared this moment are read, and written to, at once', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topics = Array.from({ length: 4 }, () => `conformance.${newId()}`);
      await log.declareTopics(topics.map((topic) => ({ name: topic, partitions: 8, retentionMs: 1e9 })));
      await using _tail = await log.tail({ topics, onRecords: () => undefined, onTrouble: () => undefined });
      await Promise.all(topics.map((topic) => log.append(topic, numberedEvents(8, 8))));
      for (const topic of topics)
        expect((await log.end(topic)).reduce((sum, offset) => sum + offset, 0)).toBe(8);
    });

    test('another number of partitions is refused, and changes nothing', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 2);
      for (const partitions of [1, 3])
        await expect(
          log.declareTopics([{ name: topic, partitions, retentionMs: 1e9 }]),
        ).rejects.toMatchObject({
          code: 'TOPIC_PARTITIONS_FIXED',
          details: { topic, found: 2, declared: partitions },
        });
      const state = (await log.topics()).find((each) => each.name === topic);
      expect(state).toMatchObject({ retentionMs: 3_600_000, end: [0, 0] });
    });

    test('names that belong to the stream engine are refused', async () => {
      await using system = await open();
      await using log = await system.connect();
      const declared = log.declareTopics([{ name: 'stream.results', partitions: 1, retentionMs: 1e9 }]);
      await expect(declared).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { topic: 'stream.results' },
      });
    });

    test('all clients of a log know it by one identity, and another log has another', async () => {
      await using system = await open();
      await using log = await system.connect();
      await using other = await system.connect();
      expect(await other.identity()).toBe(await log.identity());
      await using elsewhere = await open();
      await using stranger = await elsewhere.connect();
      expect(await stranger.identity()).not.toBe(await log.identity());
    });

    test('a group shows where it stands, how far it is behind, and who is in it', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      const group = `${topic}.g`;
      const stateOf = async () => (await log.groups()).find((each) => each.group === group);
      const options = { group, topics: [topic] };
      {
        await using _member = await log.consume({ ...options, onRecords: async () => undefined });
        await log.append(topic, numberedEvents(3, 1));
        await vi.waitFor(
          async () =>
            expect(await stateOf()).toEqual({
              group,
              members: 1,
              places: [{ topic, partition: 0, nextOffset: 3, endOffset: 3 }],
            }),
          within,
        );
      }
      await log.append(topic, numberedEvents(4, 1));
      await vi.waitFor(
        async () =>
          expect(await stateOf()).toEqual({
            group,
            members: 0,
            places: [{ topic, partition: 0, nextOffset: 3, endOffset: 7 }],
          }),
        within,
      );
    });
  });
}

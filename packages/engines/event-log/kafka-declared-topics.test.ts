import { createLogger } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { parseKafkaUrl } from '../kafka/address.ts';
import { openDriver } from '../kafka/driver.ts';
import { KafkaLink } from '../kafka/link.ts';
import { DeclaredTopics } from './kafka-declared-topics.ts';
import { KafkaTopics } from './kafka-topics.ts';

const log = createLogger({ name: 'test', level: 'silent' });
/** A Kafka that is away is waited for, for 20 s: it may be about to start. */
const soonMs = 10_000;

test('who stops waits for no Kafka that went away while topics are made again', async () => {
  const address = parseKafkaUrl('kafka://127.0.0.1:1', 'EVENT_LOG_URL');
  const driver = await openDriver(address, log);
  await using link = new KafkaLink(driver, address);
  const declared = new DeclaredTopics({ topics: new KafkaTopics(driver, link, log), link, log });
  declared.add([{ name: 'data.record', partitions: 4, retentionMs: 3_600_000 }]);
  const begunMs = performance.now();
  const making = declared.makeAll();
  const outcome = expect(making).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await declared[Symbol.asyncDispose]();
  await outcome;
  expect(performance.now() - begunMs).toBeLessThan(soonMs);
}, 60_000);

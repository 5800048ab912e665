import { CodedError, createLogger, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { ResultsTopics } from '../stream-engine/flink-results-topic.ts';
import { parseKafkaUrl } from './address.ts';
import { openDriver } from './driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';

test('a results topic that vanishes while it is read is no raw word of the driver’s, and then one that is not there', async () => {
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  const topics = new ResultsTopics(await openDriver(address, log), address, log);
  const name = `results.${newId()}`;
  await topics.create(name);
  await using topic = topics.open(name);
  const nothing = { values: [], nextOffset: 0, whole: true };
  expect(await topic.committed(0, 0)).toEqual(nothing);
  await topics.delete([name]);
  const told: unknown[] = [];
  await eventually(async () => {
    const answer = await topic.committed(0, 0).catch((error: unknown) => void told.push(error));
    expect(answer).toEqual(nothing);
    expect(await topics.list(name)).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
  });
  for (const error of told) {
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: 'Kafka is away for a moment.' });
  }
});

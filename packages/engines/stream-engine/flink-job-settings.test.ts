import { expect, test } from 'vitest';
import { parseFlinkUrl } from './flink-address.ts';
import { jobSettings } from './flink-job-settings.ts';

const settingsAt = (url: string) => jobSettings('tributary/a/1.1 views', parseFlinkUrl(url, 'TEST_URL'));

test('a job is told to forget ids after the ten minutes that are published, whatever the address says', () => {
  for (const url of ['flink://gateway:8083', 'flink://gateway:8083?commitMs=60000'])
    expect(settingsAt(url)).toMatchObject({ 'table.exec.state.ttl': '10 min' });
});

test('a job commits as often as the address says, and its sums wait no longer than half a second for that', () => {
  expect(settingsAt('flink://gateway:8083?commitMs=200')).toMatchObject({
    'execution.checkpointing.interval': '200 ms',
    'table.exec.mini-batch.allow-latency': '200 ms',
  });
  expect(settingsAt('flink://gateway:8083')).toMatchObject({
    'execution.checkpointing.interval': '1000 ms',
    'table.exec.mini-batch.allow-latency': '500 ms',
  });
});

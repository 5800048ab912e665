import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseSparkUrl } from '../batch-engine/spark-address.ts';
import { SparkConnection } from '../batch-engine/spark-connection.ts';
import { makeSparkFolder, sweepSparkFolder } from '../batch-engine/spark-folder.ts';
import { jsonView } from '../batch-engine/spark-json.ts';
import { SparkSession } from '../batch-engine/spark-session.ts';
import { sparkUrl } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

const parts = {
  raw: 'raw_1',
  view: 'table_1',
  timeoutMs: 60_000,
  signal: new AbortController().signal,
};

test('a session whose question about JSON Lines was answered is released without a wait for what could be at work', async () => {
  const address = parseSparkUrl(sparkUrl(), 'SPARK_URL');
  using connection = await SparkConnection.open(address);
  await sweepSparkFolder(address, Date.now());
  await using folder = await makeSparkFolder(address);
  const path = join(folder.dir, 'sources', 'lines.jsonl');
  await writeFile(path, '{"a":1}\n[1,2]\n');
  await using session = new SparkSession(connection);
  const lines = { name: 'z', format: 'JSON', paths: [path], columns: undefined } as const;
  await expect(jsonView(session, lines, parts)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  const begunMs = performance.now();
  await session[Symbol.asyncDispose]();
  expect(performance.now() - begunMs).toBeLessThan(1_000);
});

test('JSON Lines are not read in search of a fault where Spark failed by something else, such as a session that is over', async () => {
  const address = parseSparkUrl(sparkUrl(), 'SPARK_URL');
  using connection = await SparkConnection.open(address);
  await using folder = await makeSparkFolder(address);
  const path = join(folder.dir, 'sources', 'lines.jsonl');
  await writeFile(path, '{"a":1}\n[1,2]\n');
  const session = new SparkSession(connection);
  await session.configure({});
  await session[Symbol.asyncDispose]();
  const lines = { name: 'z', format: 'JSON', paths: [path], columns: undefined } as const;
  await expect(jsonView(session, lines, parts)).rejects.toMatchObject({
    details: expect.stringContaining('SESSION_CLOSED'),
  });
});

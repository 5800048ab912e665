import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { systemClock as clock, createLogger, createMetrics, newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { createRefusalSink } from '../src/refusal-sink.ts';

test('refusals that no outbox takes are counted and logged; those that one takes are not', async () => {
  await using relational = await freshDatabase();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'test', level: 'info', destination });
  const metrics = createMetrics();
  const source = '/subgraphs/data';
  const sink = createRefusalSink({ relational, clock, log, metrics, source });
  const refusal = { workspaceId: newId(), code: 'FORBIDDEN', principalKind: 'user', principalId: newId() };
  const counted = async (): Promise<string | undefined> =>
    /^tributary_refusals_dropped_total\{.*reason="outbox".*\} (\d+)$/m.exec(await metrics.metrics())?.[1];

  // The database has no outbox yet.
  for (const coordinate of ['Query.a', 'Query.b']) sink.record({ ...refusal, coordinate });
  await sink.settled();
  expect(await counted()).toBe('2');
  expect(lines.join('')).toContain('refusals could not be recorded');

  await ensureOutbox(relational);
  // A second subgraph of the same process counts into the same counter.
  const other = createRefusalSink({ relational, clock, log, metrics, source: '/subgraphs/files' });
  other.record({ ...refusal, coordinate: 'Query.c' });
  await other.settled();
  expect(await counted()).toBe('2');
});

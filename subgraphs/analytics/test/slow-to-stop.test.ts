import type { BatchEngine } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { gatewayRows } from '../src/adapters/gateway-rows.ts';
import { askEvents } from '../src/usecases/ask-events.ts';

test('a query whose engine takes its time to stop is told as too slow in time, and keeps its place until it has stopped', async () => {
  await using relational = await freshDatabase();
  await using engine = await openBatchEngine('embedded:', { clock: systemClock, memoryBytes: 256_000_000 });
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const slow: BatchEngine = {
    query: (query, limits) =>
      engine.query(query, limits).catch(async (error: unknown) => {
        await stopped;
        throw error;
      }),
    exportTo: (query, target) => engine.exportTo(query, target),
    ping: () => engine.ping(),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const asking = new Map<string, number>();
  const workspaceId = newId();
  const ask = askEvents(
    { sql: 'SELECT 1 AS one', from: null, to: null },
    {
      relational,
      batchEngine: slow,
      tables: new Map(),
      modelRows: gatewayRows(() => 'http://127.0.0.1:9'),
      // Less than the engine takes to begin.
      queryTimeLimitMs: 2,
      asking,
      clock: systemClock,
      principal: { kind: 'user', id: newId(), workspaceId, role: 'EDITOR', scopes: null },
      assertion: undefined,
      signal: undefined,
    },
  );
  await expect(ask).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { job: 'export-query' } });
  expect(asking.get(workspaceId)).toBe(1);
  stop();
  await eventually(() => expect(asking.size).toBe(0));
});

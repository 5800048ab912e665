import { systemClock } from '@tributary/runtime';
import { inject, vi } from 'vitest';
import { openSealed } from '../object-store/sealed.fixture.ts';
import { describeBatchEngine } from './conformance.ts';
import type { OpenBatch } from './conformance-queries.ts';
import { describeStoredTables } from './conformance-stored.ts';
import { openBatchEngine } from './open.ts';

vi.setConfig({ testTimeout: 120_000 });

const url = inject('engines')['SPARK_URL'] ?? 'missing: run npm run test:engines -- spark';

const open: OpenBatch = async () => {
  const engine = await openBatchEngine(url, { clock: systemClock });
  return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
};

describeBatchEngine('Spark', open);
describeStoredTables('Spark', open, openSealed);

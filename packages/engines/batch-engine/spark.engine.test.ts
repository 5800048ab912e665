import { systemClock } from '@tributary/runtime';
import { inject, vi } from 'vitest';
import { describeBatchEngine } from './conformance.ts';
import { openBatchEngine } from './open.ts';

vi.setConfig({ testTimeout: 120_000 });

const url = inject('engines')['SPARK_URL'] ?? 'missing: run npm run test:engines -- spark';

describeBatchEngine('Spark', () =>
  openBatchEngine(url, { clock: systemClock }).then((engine) => ({
    engine,
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  })),
);

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createLogger, systemClock } from '@tributary/runtime';
import { eventually, freeze, freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { loadingArguments } from '../contained-process/contained-process.ts';
import { leadWhenElected } from './embedded-leadership.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const fixture = new URL('embedded-process.fixture.ts', import.meta.url);

test('another process computes when the one that did says nothing any more, though its connection never ended', async () => {
  await using relational = await freshDatabase();
  const child = fork(fixture, [relational.url], { execArgv: loadingArguments(process.execArgv, fixture) });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  const leads = 'SELECT FROM stream.leader WHERE epoch > 0';
  await eventually(async () => expect((await relational.query(leads)).rowCount).toBe(1));
  freeze(child.pid ?? 0);
  const epochs: number[] = [];
  const lead = async (epoch: number): Promise<AsyncDisposable> => {
    epochs.push(epoch);
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  };
  await using _standingBy = leadWhenElected({ relational, clock: systemClock, log, lead });
  await eventually(() => expect(epochs).toEqual([2]), { timeoutMs: 40_000 });
});

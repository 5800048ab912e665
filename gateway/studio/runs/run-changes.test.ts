import { expect, test } from 'vitest';
import type { RunState } from '../generated/operations.ts';
import { callForAnswer, noChanges, type RunChange, runsNow, withNews } from './run-changes.ts';

type Listed = Parameters<typeof runsNow>[0][number];

const listed = (id: string, state: RunState): Listed => ({
  id,
  jobName: 'import',
  queue: 'default',
  state,
  attempt: 1,
  maxAttempts: 3,
  cancelRequested: false,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: null,
  finishedAt: null,
  progress: { done: 0, total: null, message: null },
  error: null,
});
const news = (...changes: readonly (readonly [string, RunState])[]): ReadonlyMap<string, RunChange> =>
  new Map(
    changes.map(([id, state]) => {
      const { jobName, cancelRequested, startedAt, finishedAt, progress, attempt } = listed(id, state);
      return [id, { state, attempt, progress, run: { id, jobName, cancelRequested, startedAt, finishedAt } }];
    }),
  );

test('a change that came before the answer that lacks it is shown', () => {
  const changes = withNews(noChanges, news(['a', 'SUCCEEDED']), []);
  expect(runsNow([listed('a', 'RUNNING')], changes).map(({ state }) => state)).toEqual(['SUCCEEDED']);
});

test('a run that is not on the page calls for an answer when it is new or stands elsewhere, not at each report of its progress', () => {
  const page = [listed('a', 'RUNNING')];
  const first = news(['b', 'RUNNING']);
  expect(callForAnswer(noChanges, first, page)).toBe(true);
  const known = withNews(noChanges, first, page);
  expect(callForAnswer(known, news(['b', 'RUNNING']), page)).toBe(false);
  expect(callForAnswer(known, news(['b', 'FAILED']), page)).toBe(true);
});

test('one on the page calls for an answer when it fails, since only that says why', () => {
  const page = [listed('a', 'RUNNING')];
  expect(callForAnswer(noChanges, news(['a', 'SUCCEEDED']), page)).toBe(false);
  expect(callForAnswer(noChanges, news(['a', 'FAILED']), page)).toBe(true);
});

test('what moves beside the page is not kept without end, and what is on it is', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => [`run ${index}`, 'RUNNING'] as const);
  const changes = withNews(noChanges, news(['a', 'SUCCEEDED'], ...many), [listed('a', 'RUNNING')]);
  expect(changes.size).toBe(501);
  expect(changes.has('a')).toBe(true);
});

import type { RunChangedSubscription, RunsQuery } from '../generated/operations.ts';

type ListedRun = RunsQuery['runs']['nodes'][number];
export type RunChange = NonNullable<RunChangedSubscription['runChanged']>;
export type RunChanges = ReadonlyMap<string, RunChange>;

export const noChanges: RunChanges = new Map();

/** A change may come before the answer that holds its run; of those that are on no page, the latest are kept. */
const keptChanges = 500;

/** With those that came now; the latest of a run counts. */
export function withNews(known: RunChanges, news: RunChanges, page: readonly ListedRun[]): RunChanges {
  const next = new Map(known);
  for (const [id, change] of news) {
    next.delete(id);
    next.set(id, change);
  }
  const shown = new Set(page.map(({ id }) => id));
  const beside = [...next.keys()].filter((id) => !shown.has(id));
  for (const id of beside.slice(0, Math.max(0, beside.length - keptChanges))) next.delete(id);
  return next;
}

/** Whether the page must be asked for: a run that is not on it is new or stands elsewhere now, or one on it failed, and only an answer says why. */
export function callForAnswer(known: RunChanges, news: RunChanges, page: readonly ListedRun[]): boolean {
  const shown = new Set(page.map(({ id }) => id));
  return [...news].some(([id, { state }]) => {
    if (known.get(id)?.state === state) return false;
    return !shown.has(id) || state === 'FAILED';
  });
}

/** An answer lacks at most what came since it was asked for: what came is laid over it, whichever was there first. */
export function runsNow(page: readonly ListedRun[], changes: RunChanges): readonly ListedRun[] {
  return page.map((run) => {
    const change = changes.get(run.id);
    if (change === undefined) return run;
    const { state, attempt, progress } = change;
    return { ...run, ...change.run, state, attempt, progress };
  });
}

import { checkEvents } from '@tributary/engines/outbox/checked-events';
import { systemClock as clock, newId, onBehalfOfRun } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RunSummary, runStates } from '../src/run.ts';
import { eventFrame, stateEvents } from '../src/run-events.ts';
import { summaryColumns } from '../src/sql/columns.ts';
import { tellChanged } from '../src/sql/told.ts';
import { openQueue } from './open-queue.fixture.ts';

/** What a hot statement tells of runs that are as $1 has them, with the types of the table's columns. */
const toldSql = `
WITH changed AS (
  SELECT ${summaryColumns}, gen_random_uuid() AS "eventId", r.ordinality AS n
  FROM json_populate_recordset(NULL::jobs.run, $1::json) WITH ORDINALITY AS r
),
${tellChanged({ time: '$2', attributes: '$3' })}
SELECT count(*) FROM changed`;

/** PostgreSQL's texts hold everything but NUL. */
const words = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((text) => text.replaceAll('\0', '·'));
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);
const count = fc.double({ min: 0, max: 1e15, noNaN: true }).map(Math.abs);

const summary: fc.Arbitrary<Omit<RunSummary, 'state'>> = fc.record({
  workspaceId: fc.uuid({ version: 7 }),
  id: fc.uuid({ version: 7 }),
  job: words,
  queue: words,
  priority: fc.integer({ min: -32_768, max: 32_767 }),
  attempt: fc.nat(),
  progressDone: count,
  progressTotal: maybe(count),
  progressMessage: maybe(words),
  errorCode: maybe(words),
  parentId: maybe(fc.uuid({ version: 7 })),
  origin: words,
  cancelRequested: fc.boolean(),
  hasDependents: fc.boolean(),
  principal: fc.record({
    kind: words,
    id: words,
    role: maybe(words),
    scopes: maybe(fc.array(words, { maxLength: 3 })),
  }),
});

test('whatever a run is in whichever state, the event a statement makes of it fits its schema and is the one that code makes', async () => {
  await using jobs = await openQueue();
  const oneOfEach = fc.tuple(
    ...runStates.map((state) => summary.map((rest): RunSummary => ({ ...rest, state }))),
  );
  const property = fc.asyncProperty(oneOfEach, fc.option(fc.constant(newId())), async (runs, acting) => {
    await onBehalfOfRun(acting ?? undefined, async () => {
      const [time, attributes] = eventFrame(clock);
      await jobs.relational.query(toldSql, [JSON.stringify(runs.map(rowOf)), time, attributes]);
      // Compared with their schemas as they are taken.
      const told = await jobs.takeEvents();
      const made = stateEvents(runs, { clock });
      checkEvents(made);
      const without = (events: typeof told): unknown =>
        events.map(({ topic, event }) => ({ topic, event: { ...event, id: '', time: '' } }));
      expect(without(told)).toEqual(JSON.parse(JSON.stringify(without(made))));
    });
  });
  await fc.assert(property, { numRuns: 40 });
});

/** The row that `summaryColumns` reads this of. */
function rowOf({
  workspaceId,
  progressDone,
  progressTotal,
  progressMessage,
  errorCode,
  ...run
}: RunSummary): unknown {
  const { parentId, cancelRequested, hasDependents, ...rest } = run;
  return {
    ...rest,
    workspace_id: workspaceId,
    progress_done: progressDone,
    progress_total: progressTotal,
    progress_message: progressMessage,
    error_code: errorCode,
    parent_id: parentId,
    cancel_requested: cancelRequested,
    has_dependents: hasDependents,
  };
}

import { isDeepStrictEqual } from 'node:util';
import type { Pipeline } from './port.ts';

/** What a declaration says of rows to come alone: windows that are stored are right under any of them. */
const ofRowsToCome = [
  'outOfOrdernessMs',
  'allowedLatenessMs',
  'idleAfterMs',
  'ahead',
  'maxGroups',
  'keepMs',
] as const;

/**
 * Whether windows that were computed by one declaration can be gone on with by another. Not when lateness grows: what closed windows were computed from is
 * forgotten, and a row they would take again cannot be added. Nor when there may be more groups of rows that can be taken back: one that is let in then may
 * have rows that were turned away, and what is taken back would be missing from what was never added.
 */
export function isResumable(before: Pipeline, after: Pipeline): boolean {
  return (
    isDeepStrictEqual(whatIsCounted(before), whatIsCounted(typedAs(before, after))) &&
    !reopens(before, after) &&
    !admitsMore(before, after)
  );
}

/** A declaration that was stored before types were told counts what the types of its time let in. */
function typedAs({ types: before }: Pipeline, { types, ...after }: Pipeline): Pipeline {
  return before === undefined || types === undefined ? after : { ...after, types };
}

function reopens({ allowedLatenessMs: before }: Pipeline, { allowedLatenessMs: after }: Pipeline): boolean {
  if (before === null || after === null) return before !== after;
  return after > before;
}

function admitsMore(before: Pipeline, { source, maxGroups }: Pipeline): boolean {
  return source.rows === 'changes' && maxGroups > before.maxGroups;
}

/** As JSON has it: what is undefined is not there. */
function whatIsCounted(pipeline: Pipeline): unknown {
  const of = JSON.parse(JSON.stringify(pipeline)) as Record<string, unknown>;
  for (const name of ofRowsToCome) delete of[name];
  return of;
}

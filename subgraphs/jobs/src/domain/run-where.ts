import { CodedError } from '@tributary/runtime';

interface Comparison {
  readonly eq?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
}

export const runFields = ['id', 'job', 'queue', 'state', 'parentId', 'startedBy', 'origin'] as const;

export type RunField = (typeof runFields)[number];

export type RunWhereInput = { readonly [Field in RunField]?: Comparison | null | undefined };

/** What a run must be, field by field: one of these values. All must hold. */
export type RunCriteria = ReadonlyMap<RunField, readonly string[]>;

const mostValues = 100;

/**
 * No `where`, and `{}` as a whole, are for all runs. A condition inside it that is null or empty is refused rather than dropped: what was
 * written must not vanish and widen the answer.
 * @throws CodedError BAD_USER_INPUT, also for too many values
 */
export function runCriteria(where: RunWhereInput | null | undefined): RunCriteria {
  const criteria = new Map<RunField, readonly string[]>();
  for (const field of runFields) {
    const comparison = where?.[field];
    if (comparison === undefined) continue;
    if (comparison === null || Object.values(comparison).every((value) => value === undefined))
      throw emptyCondition(`where.${field}`);
    for (const [operator, value] of Object.entries(comparison))
      if (value === null) throw emptyCondition(`where.${field}.${operator}`);
    const { eq = null, in: some = null } = comparison;
    if (some !== null && some.length > mostValues)
      throw new CodedError('BAD_USER_INPUT', `where.${field}.in may have ${mostValues} values.`, {
        details: { argument: `where.${field}.in`, limit: mostValues },
      });
    if (eq !== null) criteria.set(field, some === null || some.includes(eq) ? [eq] : []);
    else if (some !== null) criteria.set(field, some);
  }
  return criteria;
}

function emptyCondition(argument: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${argument} says nothing; leave it out, or give it a value.`, {
    details: { argument },
  });
}

/** Whether an event's account of a run fits. */
export function fits(criteria: RunCriteria, run: Readonly<Record<string, unknown>>): boolean {
  return [...criteria].every(([field, values]) => values.includes(String(run[field])));
}

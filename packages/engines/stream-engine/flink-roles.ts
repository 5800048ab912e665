import type { MeasurePlan } from './measure-plan.ts';
import { greatestCommonDivisor } from './pane-sums.ts';
import type { Pipeline, Window } from './port.ts';
import { stepOf } from './window-starts.ts';

type Aligned = Exclude<Window, { kind: 'session' }>;

/** Windows whose rows are summed up together: all aligned ones, by their panes; or one kind of session, by stretches shorter than its gap. */
export type WindowFamily =
  | {
      readonly kind: 'aligned';
      readonly windows: readonly { readonly window: number; readonly declared: Aligned }[];
      readonly sizeMs: number;
      readonly offsetMs: number;
    }
  | { readonly kind: 'session'; readonly window: number; readonly gapMs: number };

/** What a record of the results topic tells, by its number. */
export type Role =
  /** How far a partition has been read. */
  | { readonly kind: 'position' }
  /** Rows of a workspace in a partition: the latest event time, and how many were late, ahead or invalid. */
  | { readonly kind: 'tally' }
  /** Rows and sums of a group in a pane. */
  | { readonly kind: 'pane'; readonly family: WindowFamily; readonly grouping: number }
  /** How often a value (or a bin of values) was there, for summaries that are more than a number. */
  | {
      readonly kind: 'value';
      readonly family: WindowFamily;
      readonly grouping: number;
      readonly summary: number;
    };

/** Summaries that are counts by value. */
export const countedKinds: ReadonlySet<string> = new Set(['sketch', 'extremes', 'distinct']);

/** Every record a job writes has one of these roles; the order is part of what the topic means. */
export function rolesOf({ windows, groupings }: Pipeline, { summaries }: MeasurePlan): readonly Role[] {
  const roles: Role[] = [{ kind: 'position' }, { kind: 'tally' }];
  for (const family of familiesOf(windows))
    for (let grouping = 0; grouping < groupings.length; grouping += 1) {
      roles.push({ kind: 'pane', family, grouping });
      summaries.forEach(({ kind }, summary) => {
        if (countedKinds.has(kind)) roles.push({ kind: 'value', family, grouping, summary });
      });
    }
  return roles;
}

export function familiesOf(windows: readonly Window[]): readonly WindowFamily[] {
  const sessions = windows.flatMap((declared, window): WindowFamily[] =>
    declared.kind === 'session' ? [{ kind: 'session', window, gapMs: declared.gapMs }] : [],
  );
  const aligned = windows.flatMap((declared, window) =>
    declared.kind === 'session' ? [] : [{ window, declared }],
  );
  const [first] = aligned;
  if (first === undefined) return sessions;
  const { offsetMs } = first.declared;
  const sizeMs = aligned
    .flatMap(({ declared }) => [stepOf(declared), Math.abs(declared.offsetMs - offsetMs)])
    .reduce(greatestCommonDivisor, 0);
  return [{ kind: 'aligned', windows: aligned, sizeMs, offsetMs }, ...sessions];
}

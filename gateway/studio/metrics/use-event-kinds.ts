import type { CombinedError } from '@urql/core';
import { useQuery } from 'urql';
import { type TrackedEventsQuery, trackedEventsQuery } from '../generated/operations.ts';

export type EventKind = NonNullable<TrackedEventsQuery['trackedEvents']>[number];

/** The kinds of events this installation takes. */
export function useEventKinds(): {
  readonly kinds: readonly EventKind[] | undefined;
  readonly error: CombinedError | undefined;
} {
  const [{ data, error }] = useQuery({ query: trackedEventsQuery });
  return { kinds: data === undefined ? undefined : (data.trackedEvents ?? []), error };
}

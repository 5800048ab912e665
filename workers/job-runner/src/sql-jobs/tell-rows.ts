import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import type { ToldRows } from './told-rows.ts';

interface Told {
  readonly track: readonly {
    readonly status: 'ACCEPTED' | 'DUPLICATE' | 'REFUSED';
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

const mutations = {
  check: `mutation CheckRows($events: [TrackEvent!]!) {
  track(events: $events, checkOnly: true) { status error { code message } } }`,
  tell: `mutation TellRows($events: [TrackEvent!]!) {
  track(events: $events) { status error { code message } } }`,
} as const;
const rowsAtOnce = 1_000;

/**
 * Tells each row of a result as a tracked event, its columns as properties (`mean_delay` is `meanDelay`); answers how many. All are held against the
 * declaration before the first is told. An event's id is of run and row, so that another attempt of the run tells nothing twice.
 * @throws CodedError BAD_USER_INPUT when a row does not fit the declaration of the event; none is told then
 */
export async function tellRows(
  job: JobContext<unknown>,
  event: string,
  { names: columns, rows }: ToldRows,
): Promise<number> {
  const names = columns.map((name) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
  const events = rows.map((row, at) => ({
    id: `${job.runId}/${at}`,
    name: event,
    subject: job.runId,
    properties: Object.fromEntries(
      names.flatMap((name, place) => (row[place] == null ? [] : [[name, row[place]]])),
    ),
  }));
  for (const step of ['check', 'tell'] as const) {
    for (let at = 0; at < events.length; at += rowsAtOnce) {
      job.signal.throwIfAborted();
      const { track } = await job.graph<Told>(mutations[step], { events: events.slice(at, at + rowsAtOnce) });
      refuseUnfit(event, track, at);
      if (step === 'tell') job.progress(Math.min(at + rowsAtOnce, rows.length), rows.length, 'rows told');
    }
  }
  return rows.length;
}

function refuseUnfit(event: string, track: Told['track'], firstRow: number): void {
  const place = track.findIndex(({ status }) => status === 'REFUSED');
  const refused = track[place]?.error;
  if (refused == null) return;
  const row = firstRow + place + 1;
  throw new CodedError(
    'BAD_USER_INPUT',
    `Row ${row} of the result does not fit what ${event} is declared to be: ${refused.message} The report is not kept.`,
    { details: { row } },
  );
}

import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import type { ToldRows } from './told-rows.ts';

interface Told {
  readonly track: readonly {
    readonly status: 'ACCEPTED' | 'DUPLICATE' | 'REFUSED';
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

const mutation = `mutation TellRows($events: [TrackEvent!]!) {
  track(events: $events) { status error { code message } } }`;
const rowsAtOnce = 1_000;

/**
 * Tells each row of a result as a tracked event, its columns as properties (`mean_delay` is `meanDelay`); answers how many. An event's id is of
 * run and row, so that another attempt of the run tells nothing twice.
 * @throws CodedError BAD_USER_INPUT when the rows do not fit the declaration of the event
 */
export async function tellRows(
  { graph, runId, signal, progress }: JobContext<unknown>,
  event: string,
  { names: columns, rows }: ToldRows,
): Promise<number> {
  const names = columns.map((name) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    signal.throwIfAborted();
    const events = rows.slice(at, at + rowsAtOnce).map((row, index) => ({
      id: `${runId}/${at + index}`,
      name: event,
      subject: runId,
      properties: Object.fromEntries(
        names.flatMap((name, place) => (row[place] == null ? [] : [[name, row[place]]])),
      ),
    }));
    const { track } = await graph<Told>(mutation, { events });
    const place = track.findIndex(({ status }) => status === 'REFUSED');
    const refused = track[place]?.error;
    if (refused != null)
      throw new CodedError(
        'BAD_USER_INPUT',
        `Row ${at + place + 1} of the result does not fit what ${event} is declared to be: ${refused.message} The report is not kept.`,
        { details: { row: at + place + 1 } },
      );
    progress(Math.min(at + rowsAtOnce, rows.length), rows.length, 'rows told');
  }
  return rows.length;
}

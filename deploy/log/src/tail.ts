import type { LogRecord } from '@tributary/engines/event-log';
import { chosenRange, limitOf, lineOf } from './chosen-range.ts';
import type { CommandRun } from './command-line.ts';
import { fits, recordsIn } from './record-range.ts';

/** Shows what there is from --from on, then what comes, until --to, --limit or a signal ends it. */
export async function tail(run: CommandRun, [topic = '']: readonly string[]): Promise<void> {
  const { eventLog, values, print, signal } = run;
  const { from = 'latest', to } = values;
  const range = await chosenRange(run, topic, { from, to: to ?? 'latest' });
  let left = limitOf(values);
  if (left === 0) return;
  const show = (record: LogRecord): void => {
    if (left === 0 || !fits(record, values)) return;
    left -= 1;
    print(lineOf(record, values.json));
  };
  for await (const record of recordsIn(eventLog, range)) {
    show(record);
    if (left === 0 || signal.aborted) return;
  }
  if (to !== undefined || signal.aborted) return;
  let isAway = false;
  const full = new AbortController();
  const ending = AbortSignal.any([signal, full.signal]);
  const ended = new Promise<void>((resolve) => {
    if (ending.aborted) resolve();
    ending.addEventListener('abort', () => resolve(), { once: true });
  });
  await using _tail = await eventLog.tail({
    topics: [topic],
    // An offset beyond the end is one that is still to come.
    from: { [topic]: range.to },
    onRecords: (records) => {
      for (const record of records)
        if (
          (range.partition ?? record.partition) === record.partition &&
          record.offset >= (range.from[record.partition] ?? 0)
        )
          show(record);
      if (left === 0) full.abort();
    },
    onTrouble: (error) => {
      if (!isAway) run.remark(`The log cannot be read; trying again. ${(error as Error).message}`);
      isAway = true;
    },
    onGoesOn: () => {
      if (isAway) run.remark('The log can be read again.');
      isAway = false;
    },
  });
  await ended;
}

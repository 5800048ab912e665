import type { GroupState, LogRecord } from '@tributary/engines/event-log';
import { askRedelivery, redeliveryTopic } from '@tributary/engines/event-log/redelivery';
import { CodedError } from '@tributary/runtime';
import { chosenRange, limitOf, lineOf } from './chosen-range.ts';
import type { CommandRun } from './command-line.ts';
import { badInput } from './positions.ts';
import { fits, recordsIn } from './record-range.ts';

const atOnce = 500;
/** Of their events as JSON. */
const bytesAtOnce = 8_000_000;

/** Asks a group to handle a range of a topic again, or shows that range. The end is fixed when it begins. */
export async function replay(run: CommandRun, [topic = '']: readonly string[]): Promise<void> {
  const { eventLog, values, print, clock, signal } = run;
  const { from, to = 'latest', group } = values;
  const dryRun = values['dry-run'];
  if (from === undefined) throw badInput('Say where the range begins with --from.');
  if (group === undefined && !dryRun) throw badInput('Say whom to ask with --group, or look with --dry-run.');
  if (topic === redeliveryTopic)
    throw badInput(
      `${redeliveryTopic} holds what groups were asked to handle again, and nobody handles it twice: replay the topic that the events are of.`,
    );
  const refusal =
    group === undefined ? undefined : redeliveryRefusal(await eventLog.groups(), { group, topic });
  if (refusal !== undefined) throw refusal;
  const range = await chosenRange(run, topic, { from, to });
  const limit = limitOf(values);
  let waiting: LogRecord[] = [];
  let count = 0;
  let bytes = 0;
  const ask = async (): Promise<void> => {
    if (!dryRun && group !== undefined) await askRedelivery(eventLog, { group, records: waiting, clock });
    [waiting, bytes] = [[], 0];
  };
  for await (const record of recordsIn(eventLog, range)) {
    if (count >= limit || signal.aborted) break;
    if (!fits(record, values)) continue;
    count += 1;
    waiting.push(record);
    bytes += record.sizeBytes ?? 0;
    if (dryRun || values.json) print(lineOf(record, values.json));
    if (waiting.length >= atOnce || bytes >= bytesAtOnce) await ask();
  }
  await ask();
  if (values.json) return;
  print(
    dryRun ? `${count} events; nobody was asked.` : `${group} was asked to handle ${count} events again.`,
  );
}

/** Why a group cannot be asked to handle events of a topic again: NOT_FOUND, STATE_CONFLICT. */
export function redeliveryRefusal(
  groups: readonly GroupState[],
  { group, topic }: { readonly group: string; readonly topic: string },
): CodedError | undefined {
  const found = groups.find((each) => each.group === group);
  if (found === undefined)
    return new CodedError(
      'NOT_FOUND',
      `There is no group ${group}; there are ${groups.map((each) => each.group).join(', ') || 'none'}.`,
    );
  const topics = new Set(found.places.map((place) => place.topic));
  const missing = [topic, redeliveryTopic].find((needed) => !topics.has(needed));
  return missing === undefined
    ? undefined
    : new CodedError('STATE_CONFLICT', `The group ${group} does not consume ${missing}.`);
}

import type { LogRecord, TopicPosition } from '@tributary/engines/event-log';
import { asSeen } from './as-seen.ts';
import type { CommandRun, CommandValues } from './command-line.ts';
import { badInput, positionOf } from './positions.ts';
import type { RecordRange } from './record-range.ts';

/** The range that --from, --to and --partition name. @throws CodedError BAD_USER_INPUT, CURSOR_INVALID */
export async function chosenRange(
  { eventLog, cursors, values }: Pick<CommandRun, 'eventLog' | 'cursors' | 'values'>,
  topic: string,
  words: { readonly from: string; readonly to: string },
): Promise<RecordRange> {
  const partition = wholeNumber(values.partition, '--partition');
  const deps = { eventLog, cursors };
  const end = await eventLog.end(topic);
  if (partition !== undefined && partition >= end.length)
    throw badInput(`${topic} has the partitions 0 to ${end.length - 1}.`);
  const from = await positionOf(deps, { topic, word: words.from, partition });
  const to: TopicPosition = await positionOf(deps, { topic, word: words.to, partition });
  const isBehind = from.some(
    (offset, at) => (partition === undefined || partition === at) && offset > (to[at] ?? 0),
  );
  if (isBehind)
    throw badInput(
      `The range ends before it begins: ${topic} is at [${to}] where it ends, and at [${from}] where it begins (an offset for each partition).`,
    );
  return { topic, from, to, partition };
}

/** @throws CodedError BAD_USER_INPUT */
export function limitOf(values: CommandValues): number {
  return wholeNumber(values.limit, '--limit') ?? Number.POSITIVE_INFINITY;
}

/** One line for people, or with --json the whole record. Values of the event are shown only when they are asked for. */
export function lineOf(record: LogRecord, json: boolean): string {
  if (json) return JSON.stringify(record);
  const { topic, partition, offset, timestampMs, event } = record;
  const place = `${topic}/${partition}@${offset}`;
  return asSeen(
    `${new Date(timestampMs).toISOString()}  ${place}  ${event.type}  ${event.subject}  ${event.id}`,
  );
}

function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badInput(`${option} takes a whole number, not "${text}".`);
  return Number(text);
}

import {
  type DeadLetter,
  openDeadLetters,
  redriveDeadLetter,
} from '@tributary/engines/event-log/dead-letters';
import { CodedError } from '@tributary/runtime';
import { limitOf } from './chosen-range.ts';
import type { CommandRun } from './command-line.ts';
import { badInput } from './positions.ts';
import { assertTakesRedeliveries } from './replay.ts';
import { table } from './table.ts';

/** `list`, `show ID`, `redrive ID` or `redrive` with a choice. */
export async function deadLetters(run: CommandRun, [verb, id]: readonly string[]): Promise<void> {
  if (verb === 'list' && id === undefined) return list(run);
  if (verb === 'show' && id !== undefined) return show(run, id);
  if (verb === 'redrive') return redrive(run, id);
  throw badInput('Dead letters are listed (list), shown (show ID) or redriven (redrive ID).');
}

async function list(run: CommandRun): Promise<void> {
  const letters = await chosen(run);
  if (run.values.json) for (const letter of letters) run.print(JSON.stringify(letter));
  else if (letters.length === 0) run.print('No dead letters.');
  else run.print(asTable(letters));
}

async function show({ eventLog, print }: CommandRun, id: string): Promise<void> {
  print(JSON.stringify(named(await openDeadLetters(eventLog), id), undefined, 2));
}

async function redrive(run: CommandRun, id: string | undefined): Promise<void> {
  const { eventLog, values, print, clock, signal } = run;
  const isChosen = values.all || values.group !== undefined || values.reason !== undefined;
  if ((id !== undefined) === isChosen)
    throw badInput('Say which: an id, or --all, --group or --reason for many.');
  const letters = id === undefined ? await chosen(run) : [named(await openDeadLetters(eventLog), id)];
  if (values['dry-run']) return print(letters.length === 0 ? 'No dead letters.' : asTable(letters));
  // All before the first is asked for: half of a command is harder to understand than none.
  const asked = new Map(letters.map((letter) => [`${letter.group} ${letter.topic}`, letter]));
  for (const letter of asked.values()) await assertTakesRedeliveries(eventLog, letter);
  let count = 0;
  for (const letter of letters) {
    if (signal.aborted) break;
    await redriveDeadLetter(eventLog, letter, clock);
    count += 1;
  }
  print(`${count} dead letters were redriven; those that fail again come back as new ones.`);
}

async function chosen({ eventLog, values }: CommandRun): Promise<readonly DeadLetter[]> {
  const { group, reason, type, key, workspace } = values;
  const letters = (await openDeadLetters(eventLog)).filter(
    (letter) =>
      (group === undefined || letter.group === group) &&
      (reason === undefined || letter.reason === reason) &&
      (type === undefined || letter.event?.type === type) &&
      (key === undefined || letter.event?.partitionkey === key) &&
      (workspace === undefined || letter.event?.workspaceid === workspace),
  );
  return letters.slice(0, limitOf(values));
}

function named(letters: readonly DeadLetter[], id: string): DeadLetter {
  const found = letters.find((letter) => letter.id === id);
  if (found === undefined)
    throw new CodedError('NOT_FOUND', `There is no dead letter ${id}, or it was redriven already.`);
  return found;
}

function asTable(letters: readonly DeadLetter[]): string {
  return table(
    ['id', 'given up at', 'group', 'place', 'reason', 'tries', 'message'],
    letters.map(({ id, time, group, topic, partition, offset, reason, attempts, message }) => [
      id,
      time,
      group,
      `${topic}/${partition}@${offset}`,
      reason,
      attempts,
      message.split('\n')[0]?.slice(0, 80) ?? '',
    ]),
  );
}

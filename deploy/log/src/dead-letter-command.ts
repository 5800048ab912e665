import {
  type ListedLetter,
  openDeadLetters,
  readDeadLetter,
} from '@tributary/engines/event-log/dead-letters';
import { CodedError } from '@tributary/runtime';
import { limitOf } from './chosen-range.ts';
import type { CommandRun } from './command-line.ts';
import { badInput } from './positions.ts';
import { redriveMany, redriveOne } from './redrive.ts';
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
  // One at a time: each may hold an event of megabytes.
  if (run.values.json)
    for (const letter of letters) run.print(JSON.stringify(await readDeadLetter(run.eventLog, letter)));
  else if (letters.length === 0) run.print('No dead letters.');
  else run.print(asTable(letters));
}

async function show({ eventLog, print, values }: CommandRun, id: string): Promise<void> {
  refuseChoice(values);
  const letter = await readDeadLetter(eventLog, named(await openDeadLetters(eventLog), id));
  print(JSON.stringify(letter, undefined, 2));
}

async function redrive(run: CommandRun, id: string | undefined): Promise<void> {
  const { eventLog, values, print } = run;
  const isChosen = values.all || values.group !== undefined || values.reason !== undefined;
  if ((id !== undefined) === isChosen)
    throw badInput('Say which: an id, or --all, --group or --reason for many.');
  if (id !== undefined) refuseChoice(values);
  const letters = id === undefined ? await chosen(run) : [named(await openDeadLetters(eventLog), id)];
  const [first] = letters;
  if (values['dry-run']) print(first === undefined ? 'No dead letters.' : asTable(letters));
  else if (id === undefined) await redriveMany(run, letters);
  else if (first !== undefined) await redriveOne(run, first);
}

/** Beside an id a choice could only be passed over. */
function refuseChoice(values: CommandRun['values']): void {
  const beside = choices.find((name) => values[name] !== undefined);
  if (beside !== undefined)
    throw badInput(`--${beside} chooses among many, and an id names one: say either.`);
}

const choices = ['group', 'reason', 'type', 'key', 'workspace', 'limit'] as const;

async function chosen({ eventLog, values }: CommandRun): Promise<readonly ListedLetter[]> {
  const { group, reason, type, key, workspace } = values;
  const letters = (await openDeadLetters(eventLog)).filter(
    (letter) =>
      (group === undefined || letter.group === group) &&
      (reason === undefined || letter.reason === reason) &&
      (type === undefined || letter.type === type) &&
      (key === undefined || letter.key === key) &&
      (workspace === undefined || letter.workspace === workspace),
  );
  return letters.slice(0, limitOf(values));
}

function named(letters: readonly ListedLetter[], id: string): ListedLetter {
  const found = letters.find((letter) => letter.id === id);
  if (found === undefined)
    throw new CodedError('NOT_FOUND', `There is no dead letter ${id}, or it was redriven already.`);
  return found;
}

function asTable(letters: readonly ListedLetter[]): string {
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

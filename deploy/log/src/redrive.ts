import {
  type ListedLetter,
  type Redriven,
  redriveDeadLetter,
  relayGroup,
} from '@tributary/engines/event-log/dead-letters';
import { CodedError, type ErrorCode } from '@tributary/runtime';
import type { CommandRun } from './command-line.ts';
import { redeliveryRefusal } from './replay.ts';

type Redriving = Pick<CommandRun, 'eventLog' | 'clock' | 'signal' | 'print'>;

/** What is the matter with one letter and leaves the others be. Anything else, such as a log that is away, ends the command. */
const ofTheLetter: ReadonlySet<ErrorCode> = new Set([
  'CONFIG_INVALID',
  'CURSOR_EXPIRED',
  'CURSOR_INVALID',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'STATE_CONFLICT',
]);

/** @throws CodedError why it cannot be redriven: NOT_FOUND, STATE_CONFLICT, PAYLOAD_TOO_LARGE, or that its event or its topic is gone */
export async function redriveOne(run: Redriving, letter: ListedLetter): Promise<void> {
  const redriven = await redriverOf(run);
  run.print(said([await redriven(letter)]));
}

/**
 * Redrives those that can be, each by itself, until the command is stopped.
 * @throws CodedError STATE_CONFLICT when some cannot: what was the matter, and with which
 */
export async function redriveMany(run: Redriving, letters: readonly ListedLetter[]): Promise<void> {
  const redriven = await redriverOf(run);
  const done: Redriven[] = [];
  const refused = new Map<string, ListedLetter[]>();
  for (const letter of letters) {
    if (run.signal.aborted) break;
    try {
      done.push(await redriven(letter));
    } catch (error) {
      if (!(error instanceof CodedError) || !ofTheLetter.has(error.code)) throw error;
      const sentence = `${error.code}: ${error.message}`;
      refused.set(sentence, [...(refused.get(sentence) ?? []), letter]);
    }
  }
  run.print(said(done));
  if (refused.size === 0) return;
  const count = [...refused.values()].flat().length;
  const lines = [...refused].map(([sentence, those]) => `${sentence} (${namesOf(those)})`);
  throw new CodedError(
    'STATE_CONFLICT',
    [`${count} of ${letters.length} dead letters could not be redriven and stay.`, ...lines].join('\n'),
  );
}

/** Looks at the groups once, before the first letter. */
async function redriverOf({
  eventLog,
  clock,
}: Redriving): Promise<(letter: ListedLetter) => Promise<Redriven>> {
  const groups = await eventLog.groups();
  return async (letter) => {
    const refusal = takesItself(letter) ? undefined : redeliveryRefusal(groups, letter);
    if (refusal !== undefined) throw refusal;
    return redriveDeadLetter(eventLog, letter, clock).catch((error: unknown) => {
      throw ofRelay(letter, error);
    });
  };
}

/** The relay is no group: what it gave up goes to its topic. What is no event is asked of nobody. */
function takesItself({ group, excerpt }: ListedLetter): boolean {
  return group === relayGroup || excerpt !== undefined;
}

function ofRelay({ group, topic }: ListedLetter, error: unknown): unknown {
  if (group !== relayGroup || !(error instanceof CodedError) || error.code !== 'PAYLOAD_TOO_LARGE')
    return error;
  const message = `The topic ${topic} still does not take an event of that size: raise its max.message.bytes first.`;
  return new CodedError('PAYLOAD_TOO_LARGE', message, { cause: error });
}

function said(done: readonly Redriven[]): string {
  const marked = done.filter((each) => each === 'marked').length;
  const sentence = `${done.length - marked} dead letters were redriven; those that fail again come back as new ones.`;
  return marked === 0
    ? sentence
    : `${sentence} ${marked} hold no event: there is nothing to handle, and they are marked as seen.`;
}

const namedAtMost = 5;

function namesOf(letters: readonly ListedLetter[]): string {
  const ids = letters.slice(0, namedAtMost).map(({ id }) => id);
  const more = letters.length - ids.length;
  return more > 0 ? `${ids.join(', ')} and ${more} more` : ids.join(', ');
}

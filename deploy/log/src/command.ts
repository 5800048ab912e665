import type { EventLog } from '@tributary/engines/event-log';
import type { CursorCodec } from '@tributary/engines/event-log/cursor';
import type { Clock } from '@tributary/runtime';
import type { Purpose } from './attach.ts';
import { type CommandRun, type CommandValues, commandLine } from './command-line.ts';
import { deadLetters } from './dead-letter-command.ts';
import { badInput } from './positions.ts';
import { replay } from './replay.ts';
import { showGroups, showOffsets, showTopics } from './show.ts';
import { tail } from './tail.ts';
import { usage } from './usage.ts';

export interface CommandDeps {
  /** Opens the log of a profile. */
  readonly open: (profile: string, purpose: Purpose) => Promise<EventLog>;
  /** What reads the cursors of a profile's product. @throws CodedError CONFIG_INVALID */
  readonly cursors: (profile: string) => CursorCodec;
  readonly print: (line: string) => void;
  readonly remark: (sentence: string) => void;
  readonly clock: Clock;
  /** Ends what follows the log. */
  readonly signal: AbortSignal;
}

interface Command {
  readonly purpose: (words: readonly string[], values: CommandValues) => Purpose;
  readonly run: (run: CommandRun, words: readonly string[]) => Promise<void>;
  /** The words that follow its name, at least and at most. */
  readonly words: readonly [number, number];
  /** Beside those that every command takes. */
  readonly options: (words: readonly string[]) => readonly OptionName[];
}

type OptionName = keyof CommandValues;

const everywhere: readonly OptionName[] = ['profile', 'help', 'json'];
const none = (): readonly OptionName[] => [];
const whichEvents: readonly OptionName[] = ['key', 'type', 'workspace', 'limit'];
const whichRange: readonly OptionName[] = ['from', 'to', 'partition', ...whichEvents];
const whichLetters: readonly OptionName[] = ['group', 'reason', ...whichEvents];

const look = (): Purpose => 'look';

const commands: Readonly<Record<string, Command>> = {
  topics: { purpose: look, run: showTopics, words: [0, 0], options: none },
  groups: { purpose: look, run: showGroups, words: [0, 0], options: none },
  offsets: { purpose: look, run: showOffsets, words: [1, 1], options: () => ['at'] },
  tail: { purpose: look, run: tail, words: [1, 1], options: () => whichRange },
  replay: {
    purpose: (_, values) => (values['dry-run'] ? 'look' : 'ask'),
    run: replay,
    words: [1, 1],
    options: () => [...whichRange, 'group', 'dry-run'],
  },
  'dead-letters': {
    purpose: ([verb], values) => (verb === 'redrive' && !values['dry-run'] ? 'ask' : 'look'),
    run: deadLetters,
    words: [1, 2],
    options: ([verb]) => {
      if (verb === 'show') return [];
      return verb === 'redrive' ? [...whichLetters, 'all', 'dry-run'] : whichLetters;
    },
  },
};

/** Does what the command line says. @throws CodedError BAD_USER_INPUT for one that says nothing we know, or what the log says */
export async function runCommand(args: readonly string[], deps: CommandDeps): Promise<void> {
  const { values, positionals } = commandLine(args);
  const [area, name, ...words] = positionals;
  if (values.help || area === undefined || (area === 'log' && name === undefined)) return deps.print(usage);
  const command = area === 'log' && Object.hasOwn(commands, name ?? '') ? commands[name ?? ''] : undefined;
  if (command === undefined)
    throw badInput(`There is no command "${positionals.join(' ')}"; --help shows those there are.`);
  const [least, most] = command.words;
  if (words.length < least || words.length > most)
    throw badInput(`"log ${name}" was given ${words.length} words; --help shows which it takes.`);
  const taken = [...everywhere, ...command.options(words)];
  const foreign = Object.entries(values).find(
    ([option, value]) => value !== false && !taken.includes(option as OptionName),
  );
  if (foreign !== undefined)
    throw badInput(`"log ${name}" takes no --${foreign[0]}; --help shows which it takes.`);
  const { print, remark, clock, signal } = deps;
  const cursors = (): CursorCodec => deps.cursors(values.profile);
  const eventLog = await deps.open(values.profile, command.purpose(words, values));
  try {
    await command.run({ eventLog, cursors, values, print, remark, clock, signal }, words);
  } finally {
    await eventLog[Symbol.asyncDispose]();
  }
}

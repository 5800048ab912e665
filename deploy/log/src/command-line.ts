import { parseArgs } from 'node:util';
import type { EventLog } from '@tributary/engines/event-log';
import type { CursorCodec } from '@tributary/engines/event-log/cursor';
import type { Clock } from '@tributary/runtime';
import { badInput } from './positions.ts';

const options = {
  profile: { type: 'string', default: 'embedded' },
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  at: { type: 'string' },
  partition: { type: 'string' },
  key: { type: 'string' },
  type: { type: 'string' },
  workspace: { type: 'string' },
  limit: { type: 'string' },
  group: { type: 'string' },
  reason: { type: 'string' },
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

export type CommandValues = ReturnType<typeof commandLine>['values'];

/** What a command works with. */
export interface CommandRun {
  readonly eventLog: EventLog;
  /** Reads the product's cursors. @throws CodedError CONFIG_INVALID where nobody says what signs them */
  readonly cursors: () => CursorCodec;
  readonly values: CommandValues;
  readonly print: (line: string) => void;
  /** What is said about an answer, and is no part of it. */
  readonly remark: (sentence: string) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The words and options of a command line. @throws CodedError BAD_USER_INPUT */
export function commandLine(args: readonly string[]) {
  const parsed = parsedOf(args);
  const given = parsed.tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const twice = given.find((name, at) => given.indexOf(name) !== at);
  if (twice !== undefined) throw badInput(`--${twice} is given more than once; it takes one value.`);
  return parsed;
}

function parsedOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw badInput(`${(error as Error).message.split('. ')[0]}; --help shows what there is.`);
  }
}

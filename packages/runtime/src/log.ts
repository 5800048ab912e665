import { type DestinationStream, pino } from 'pino';
import { CodedError } from './coded-error.ts';
import { ExplainedError } from './explained-error.ts';
import { LogOutput } from './log-output.ts';

const writtenWithinMs = 5_000;

/** The fields that may appear in a log line. Anything else is dropped: what is not written cannot leak. */
const allowedFields = new Set([
  'requestId',
  'traceId',
  'spanId',
  'workspaceId',
  'principalKind',
  'principalId',
  'door',
  'operationName',
  'operationType',
  'operationHash',
  'route',
  'method',
  'status',
  'code',
  'errorId',
  'durationMs',
  'sizeBytes',
  'subgraph',
  'plan',
  'planner',
  'planningMs',
  'fetches',
  'topic',
  'partition',
  'offset',
  'group',
  'eventId',
  'eventType',
  'count',
  'port',
  'host',
  'url',
  'signal',
  'drainMs',
  'reason',
  'model',
  'migration',
  'pid',
  'version',
  'engine',
  'lagMs',
  'attempt',
  'runId',
  'job',
]);

export type LogFields = Readonly<Record<string, unknown>> & { readonly err?: unknown };

/** One JSON line per call. Fields outside the allow-list are dropped; strings are cut at 1,024 characters. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

/** The log of a process, from which those of its parts come. */
export interface ProcessLog extends Logger {
  /**
   * Resolves when every line before it is written or lost, so that what is written elsewhere next comes after them: true; at once when whoever
   * read the log is gone. After `limitMs` (5 s when absent) it is false: whoever reads it stands still.
   */
  written(limitMs?: number): Promise<boolean>;
}

export interface LogOptions {
  readonly name: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

export function createLogger(options: LogOptions): ProcessLog {
  const { name, level, destination } = options;
  const own = destination === undefined ? new LogOutput(1, (count) => tellLost(count)) : undefined;
  const log = wrap(
    pino({ name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime }, destination ?? own),
    {},
  );
  const tellLost = (count: number): void =>
    log.error({ count }, 'lines of the log are lost: they could not be written, or nobody read them');
  return { ...log, written: async (limitMs = writtenWithinMs) => own?.written(limitMs) ?? true };
}

type Sink = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>;

function wrap(sink: Sink, bound: Readonly<Record<string, unknown>>): Logger {
  const at =
    (level: keyof Sink) =>
    (fields: LogFields, message: string): void => {
      sink[level]({ ...bound, ...cleaned(fields) }, message.slice(0, 1024));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(sink, { ...bound, ...cleaned(fields) }),
  };
}

function cleaned(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') kept['err'] = described(value);
    else if (allowedFields.has(name)) kept[name] = typeof value === 'string' ? value.slice(0, 1024) : value;
  }
  return kept;
}

/** An error as its type, code and stack: drivers put row values into `message` and `detail`, so the message stays out, except where it is known to be ours. */
function described(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  const code = 'code' in error ? String(error.code).slice(0, 64) : undefined;
  const cause = error.cause === undefined ? undefined : described(error.cause);
  const reason = isOurs(error) ? error.message.slice(0, 1024) : undefined;
  return { type: error.name, code, reason, frames, cause };
}

/** Texts of ours alone. What is wrong with settings, topics and engines is told in sentences for whoever runs them. */
function isOurs(error: Error): boolean {
  return error instanceof ExplainedError || (error instanceof CodedError && error.code === 'CONFIG_INVALID');
}

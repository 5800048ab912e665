import { CodedError } from '@tributary/runtime/errors';
import type { FromRun, RunOrder } from './embedded-messages.ts';
import { positionIn } from './sql-position.ts';

type Failed = Extract<FromRun, { kind: 'failed' }>;

interface EngineFault {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
  readonly error_subtype?: string;
  readonly name?: string;
}

const tooLarge = 'The query needs more memory or disk than it may have.';

/** What DuckDB said, as the port's failure: a code, one sentence, a position; no paths, and none of its hints at settings. */
export function failureOf(error: unknown, order: RunOrder): Failed {
  if (error instanceof CodedError) {
    return {
      kind: 'failed',
      code: error.code as Failed['code'],
      message: error.message,
      details: error.details,
    };
  }
  const fault = parseFault(error);
  const type = fault.exception_type ?? '';
  if (
    /^Out of (Memory|Range)$/i.test(type) &&
    /memory|allocat|max_temp_directory_size/i.test(fault.exception_message ?? '')
  ) {
    return { kind: 'failed', code: 'QUERY_TOO_LARGE', message: tooLarge, details: {} };
  }
  // The binding's own limits: a text longer than JavaScript can hold.
  if (type === '' && /longer than|allocation/i.test(fault.exception_message ?? '')) {
    return { kind: 'failed', code: 'QUERY_TOO_LARGE', message: tooLarge, details: {} };
  }
  if (type === 'Permission') {
    return {
      kind: 'failed',
      code: 'QUERY_NOT_ALLOWED',
      message: 'The query may read its tables alone.',
      details: {},
    };
  }
  if (type === 'INTERNAL' || type === 'Fatal' || type === '') {
    return { kind: 'failed', code: 'INTERNAL', message: 'The query engine failed.', details: {} };
  }
  const said = fault.exception_message ?? '';
  const ofLine = csvSentence(said, order) ?? jsonSentence(said, order);
  // Its position is one in SQL of ours.
  if (ofLine !== undefined) return { kind: 'failed', code: 'QUERY_INVALID', message: ofLine, details: {} };
  return {
    kind: 'failed',
    code: 'QUERY_INVALID',
    message: sentence(said, order),
    details: { ...positionIn(order.sql, fault.position), ...missingColumn(fault) },
  };
}

/** With `errors_as_json` a message is JSON, after the kind in words for some: `Parser Error: {"exception_type": …}`. */
function parseFault(error: unknown): EngineFault {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.indexOf('{"exception_type"');
  if (start < 0) return { exception_message: message };
  try {
    return JSON.parse(message.slice(start)) as EngineFault;
  } catch {
    return { exception_message: message };
  }
}

/** A column without its table before it has a name of its own in the fault; one with it stands in the message alone. */
function missingColumn({
  error_subtype: subtype,
  name,
  exception_message: message = '',
}: EngineFault): object {
  const qualified = /^Table "[^"]*" does not have a column named "([^"]+)"/.exec(message)?.[1];
  const missing = subtype === 'COLUMN_NOT_FOUND' ? name : qualified;
  return missing === undefined ? {} : { missingColumn: missing };
}

/** What is wrong with a line of a CSV, of all that DuckDB says about it; undefined for what is no fault of a CSV. */
function csvSentence(message: string, { tables }: RunOrder): string | undefined {
  const table = tables.find(({ format, paths }) =>
    paths.some((path) => format === 'CSV' && message.includes(`file = ${path}\n`)),
  );
  if (table === undefined) return undefined;
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const at = `The table ${table.name} cannot be read${line === undefined ? '' : ` at line ${line}`}`;
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message) ?? [];
  if (expected !== undefined)
    return `${at}: it has ${found} cells where the head has ${expected} (a cell with a delimiter in it has to stand in quotes).`;
  if (message.includes('unterminated quote'))
    return `${at}: a quote is not closed, or text stands beside a cell in quotes.`;
  if (message.includes('not utf-8')) return `${at}: it is not UTF-8, which a CSV has to be.`;
  if (message.includes('invalid state'))
    return `${at}: its lines end in different ways (CR, LF), or its quotes make no sense.`;
  const [conversion] = /Could not convert string [^\n]*|Maximum line size[^\n.]*/.exec(message) ?? [];
  return conversion === undefined ? `${at}.` : `${at}: ${conversion.trim()}.`;
}

/** What is wrong with a line of JSON Lines beyond what `jsonFault` finds. */
function jsonSentence(message: string, { tables }: RunOrder): string | undefined {
  const [, path, line, key] =
    /^JSON transform error in file "(.*)", in line (\d+): .* has duplicate key (".*")/.exec(message) ?? [];
  const table = tables.find(({ paths }) => paths.some((each) => each === path));
  if (table === undefined) return undefined;
  const file = table.paths.length === 1 ? '' : ` of its file ${table.paths.indexOf(path ?? '') + 1}`;
  return `The table ${table.name} cannot be read at line ${line}${file}: it has an object with the key ${key} twice.`;
}

function sentence(message: string, order: RunOrder): string {
  // A text beside a value of several kinds is taken for JSON, of a table of JSON Lines as a rule.
  if (message.startsWith('Malformed JSON at byte'))
    return "A text is no JSON: compare it with get_json_object(value, '$'), where the value is one of several kinds.";
  let text = message.split('\n')[0] ?? '';
  for (const { name, paths } of order.tables) {
    for (const path of paths) text = text.replaceAll(path, name);
  }
  // Whatever else looks like a place on this machine is none of the caller's business.
  text = text.replaceAll(/(["'\s(]|^)(?:\/|[A-Za-z]:\\)[^\s"')]+/g, '$1…').trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

import type { BatchColumn, BatchFormat, BatchTable } from '@tributary/engines/batch-engine';
import { CodedError, download } from '@tributary/runtime';
import { linkOf, type ServedFacts, servedFields } from '../served-file.ts';
import type { RunDoors } from './run-doors.ts';
import type { SqlRequest, SqlTable } from './sql-request.ts';

export interface TableParts {
  readonly graph: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly door: (path: string) => ReturnType<RunDoors>;
  readonly gatewayUrl: string;
  readonly signal: AbortSignal;
}

interface FileFacts extends ServedFacts {
  readonly name: string;
  readonly sizeBytes: number;
}

interface WorkspaceTable {
  readonly name: string;
  readonly columns: readonly BatchColumn[];
  readonly rowsUrl: string;
}

const fileText = `query SqlFile($id: ID!) { file(id: $id) { name sizeBytes ${servedFields} } }`;
const tablesText = `query SqlTables($from: DateTime, $to: DateTime) {
  analyticsTables(from: $from, to: $to) { name columns { name type } rowsUrl } }`;

const formats: Readonly<Record<string, BatchFormat>> = {
  parquet: 'PARQUET',
  csv: 'CSV',
  jsonl: 'JSON',
  ndjson: 'JSON',
};

/**
 * The tables of a request as the batch engine takes them: nothing is read before the engine asks. Of the workspace's tables those alone
 * that the SQL names somewhere, since reading costs; a table of the request hides one of the workspace's with its name.
 * @throws CodedError NOT_FOUND, FILE_NOT_SERVED for a file that is not served, FileWaits for one that is not scanned yet, BAD_USER_INPUT for one of no known format
 */
export async function requestTables(
  { sql, tables, workspace }: SqlRequest,
  parts: TableParts,
): Promise<readonly BatchTable[]> {
  const own = await Promise.all(
    tables.map((table) => ('file' in table ? fileTable(table, parts) : rowsTable(table))),
  );
  if (workspace === undefined) return own;
  const answer = (await parts.graph(tablesText, { ...workspace })) as {
    readonly analyticsTables: readonly WorkspaceTable[];
  };
  const taken = new Set(own.map(({ name }) => name.toLowerCase()));
  // A line that is a comment names nothing to read.
  const words = new Set(
    sql
      .replaceAll(/^--.*$/gm, '')
      .toLowerCase()
      .match(/\w+/g),
  );
  const named = answer.analyticsTables.filter(({ name }) => words.has(name) && !taken.has(name));
  return [...own, ...named.map((table) => workspaceTable(table, parts))];
}

async function fileTable(
  { name, file: id, format }: Extract<SqlTable, { file: string }>,
  parts: TableParts,
): Promise<BatchTable> {
  const facts = async (): Promise<FileFacts & { readonly link: string }> => {
    const { file } = (await parts.graph(fileText, { id })) as { readonly file: FileFacts | null };
    if (file === null) throw new CodedError('NOT_FOUND', `There is no file for the table ${name}.`);
    return { ...file, link: linkOf(file) };
  };
  const { name: fileName, sizeBytes } = await facts();
  const extension = fileName.toLowerCase().split('.').at(-1) ?? '';
  const known = format ?? (Object.hasOwn(formats, extension) ? formats[extension] : undefined);
  if (known === undefined)
    throw new CodedError(
      'BAD_USER_INPUT',
      'The name of the file does not say its format: .parquet, .csv, .jsonl.',
    );
  // The link is made when the engine's turn has come: one made now might have ended by then.
  const read = async function* (): AsyncGenerator<Uint8Array> {
    yield* await download(parts.gatewayUrl, (await facts()).link, parts.signal);
  };
  return { name, format: known, files: [{ read, sizeBytes }] };
}

function rowsTable({ name, columns, rows }: Extract<SqlTable, { rows: readonly object[] }>): BatchTable {
  const read = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  };
  return { name, format: 'JSON', columns, files: [{ read }] };
}

function workspaceTable({ name, columns, rowsUrl }: WorkspaceTable, { door }: TableParts): BatchTable {
  const read = async function* (): AsyncGenerator<Uint8Array> {
    const { body } = await door(rowsUrl);
    if (body !== null) yield* body;
  };
  return { name, format: 'JSON', columns, files: [{ read }] };
}

import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult, DuckDBType } from '@duckdb/node-api';
import { CodedError } from '@tributary/runtime/errors';
import { containThisProcess } from '../contained-process/contain-this-process.ts';
import { boundedRow } from './cell-bytes.ts';
import { csvFormula } from './csv-formula.ts';
import { cell, columnType } from './embedded-cells.ts';
import { failureOf } from './embedded-faults.ts';
import type { FromRun, RunOrder, ToRun } from './embedded-messages.ts';
import { nestedText } from './embedded-nested.ts';
import { openSandbox } from './embedded-sandbox.ts';
import { name, text } from './embedded-sql.ts';
import { statementOf } from './embedded-statement.ts';
import type { BatchColumn, BatchRow } from './port.ts';
import { untoldMoment } from './told-moment.ts';

// The process of one run: it takes one order, answers, and is ended by its parent.

const progressEveryMs = 250;
const textual: ReadonlySet<string> = new Set(['STRING', 'JSON', 'BINARY']);
const pageBytes = 1_000_000;
containThisProcess();
const send = (message: FromRun): unknown => process.send?.(message);
let wakeNext: () => void = () => undefined;

process.on('message', (message: ToRun) => {
  if (message.kind === 'next') wakeNext();
  else run(message).catch((error: unknown) => send(failureOf(error, message)));
});
send({ kind: 'ready' });

async function run(order: RunOrder): Promise<void> {
  const connection = await openSandbox(order);
  const { statement, sql } = await statementOf(connection, order);
  const watch = setInterval(() => {
    // Below zero while it does not know.
    const fraction = connection.progress.percentage / 100;
    if (fraction > 0) send({ kind: 'progress', fraction: Math.min(fraction, 1) });
  }, progressEveryMs);
  try {
    if (order.output.kind === 'file') await write(connection, { ...order, sql });
    else await answer(statement, order);
  } catch (error) {
    if (sql === order.sql) throw error;
    // A place in SQL that the caller never saw is none.
    send({ ...failureOf(error, order), details: {} });
  } finally {
    clearInterval(watch);
  }
}

async function answer(statement: DuckDBPreparedStatement, order: RunOrder): Promise<void> {
  if (order.output.kind !== 'rows') return;
  send({ kind: 'columns', columns: columnsOf(statement) });
  await asked();
  const result = await statement.stream();
  const { maxRows, maxBytes, maxRowBytes } = order.output;
  let rowsLeft = maxRows;
  let bytesLeft = maxBytes;
  let page: BatchRow[] = [];
  let bytes = 0;
  for await (const whole of rowsOf(result, order)) {
    const { row, size } = boundedRow(whole, maxRowBytes);
    if (rowsLeft === 0 || size > bytesLeft) {
      send({ kind: 'page', rows: page, last: true, truncated: true });
      return;
    }
    rowsLeft -= 1;
    bytesLeft -= size;
    bytes += size;
    page.push(row);
    if (bytes < pageBytes && page.length < 1_000) continue;
    send({ kind: 'page', rows: page, last: false, truncated: false });
    page = [];
    bytes = 0;
    await asked();
  }
  send({ kind: 'page', rows: page, last: true, truncated: false });
}

async function* rowsOf(result: DuckDBResult, order: RunOrder): AsyncIterable<BatchRow> {
  const untold = untoldMoment(order);
  const columns = result.columnNames().map((column, at) => ({
    type: result.columnType(at),
    told: { untold: (text: string) => untold(text, column), standsAsSuch: order.handsOverMoments },
  }));
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (let at = 0; at < chunk.rowCount; at += 1) {
      yield columns.map(({ type, told }, column) =>
        cell(chunk?.getColumnVector(column).getItem(at) ?? null, type, told),
      );
    }
  }
}

async function asked(): Promise<void> {
  await new Promise<void>((resolve) => {
    wakeNext = resolve;
  });
}

/** The statement was parsed as one SELECT, so as the body of a view it is the same SELECT and nothing beside it. */
async function write(connection: DuckDBConnection, order: RunOrder): Promise<void> {
  if (order.output.kind !== 'file') return;
  const { path, format, neutraliseFormulas } = order.output;
  const view = '__tributary_result';
  const extracted = await connection.extractStatements(`CREATE TEMP VIEW ${name(view)} AS\n${order.sql}`);
  if (extracted.count !== 1) throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  await (await extracted.prepare(0)).run();
  const columns = await described(connection, view);
  // Columns of one name have others in a view, and so in the file.
  send({ kind: 'columns', columns: columns.map(({ column, type }) => ({ name: column, type })) });
  const picked = columns.map(({ column, isText, whole }) => {
    if (format !== 'CSV') return name(column);
    const told = nestedText(connection, column, whole);
    if (!neutraliseFormulas) return `${told} AS ${name(column)}`;
    const heading = name(new RegExp(csvFormula, 'u').test(column) ? `'${column}` : column);
    if (!isText) return `${told} AS ${heading}`;
    const value = `CAST(${told} AS VARCHAR)`;
    return `CASE WHEN regexp_matches(${value}, ${text(csvFormula)}) THEN '''' || ${value} ELSE ${value} END AS ${heading}`;
  });
  const options = format === 'CSV' ? 'FORMAT csv, HEADER true' : 'FORMAT parquet';
  const done = await connection.run(
    `COPY (SELECT ${picked.join(', ')} FROM ${name(view)}) TO ${text(path)} (${options})`,
  );
  send({ kind: 'written', rowCount: done.rowsChanged });
}

/** The columns of the view. Bytes are written as the text they are, and so are all types that have no name of their own here. */
async function described(
  connection: DuckDBConnection,
  view: string,
): Promise<
  readonly {
    readonly column: string;
    readonly type: BatchColumn['type'];
    readonly isText: boolean;
    /** The engine's own type. */
    readonly whole: DuckDBType;
  }[]
> {
  const probe = await connection.prepare(`SELECT * FROM ${name(view)}`);
  return columnsOf(probe).map(({ name: column, type }, at) => ({
    ...{ column, type },
    isText: textual.has(type),
    whole: probe.columnType(at),
  }));
}

function columnsOf(statement: DuckDBPreparedStatement): readonly BatchColumn[] {
  return Array.from({ length: statement.columnCount }, (_, at) => ({
    name: statement.columnName(at),
    type: columnType(statement.columnType(at)),
  }));
}

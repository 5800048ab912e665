import { afterAll } from 'vitest';
import type { BatchEngine, BatchFormat, BatchRow, BatchRows, BatchTable } from './port.ts';

export interface BatchUnderTest extends AsyncDisposable {
  readonly engine: BatchEngine;
}

export type OpenBatch = () => Promise<BatchUnderTest>;

/** One engine for tests that leave it as it was: each engine also keeps a process ready for a query that a test of its own never asks. */
export function oneForAll(open: OpenBatch): OpenBatch {
  let under: Promise<BatchUnderTest> | undefined;
  afterAll(async () => (await under)?.[Symbol.asyncDispose]());
  return async () => {
    under ??= open();
    return { engine: (await under).engine, [Symbol.asyncDispose]: async () => undefined };
  };
}

export const wide = { maxRows: 100_000, maxBytes: 100_000_000 } as const;

/** Runs for hours, in little memory. */
export const endless =
  'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';

/** A table from its text, handed over as a stream in two pieces. */
export function table(name: string, format: BatchFormat, text: string): BatchTable {
  const bytes = Buffer.from(text);
  const read = async function* (): AsyncIterable<Uint8Array> {
    yield bytes.subarray(0, 3);
    yield bytes.subarray(3);
  };
  return { name, format, files: [{ read }] };
}

export const flights: BatchTable = {
  ...table(
    'flights',
    'CSV',
    'origin,delay,seen\nOAK,5,2001-01-01 00:10:00\nOAK,15,2001-01-01 06:00:00\nABQ,-2,2001-02-03 04:05:06.5\nABQ,,\n',
  ),
  columns: [
    { name: 'origin', type: 'STRING' },
    { name: 'delay', type: 'BIGINT' },
    { name: 'seen', type: 'TIMESTAMP' },
  ],
};

export async function allRows(rows: BatchRows): Promise<readonly BatchRow[]> {
  const all: BatchRow[] = [];
  for await (const page of rows.pages()) all.push(...page);
  return all;
}

export async function answer(
  engine: BatchEngine,
  sql: string,
  options: { readonly tables?: readonly BatchTable[]; readonly timeLimitMs?: number } = {},
): Promise<readonly BatchRow[]> {
  await using rows = await engine.query({ sql, tables: [flights], ...options }, wide);
  return await allRows(rows);
}

export interface Taken {
  readonly sink: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  bytes(): Buffer;
}

export function take(): Taken {
  const taken: Uint8Array[] = [];
  return {
    sink: async (bytes) => {
      for await (const chunk of bytes) taken.push(chunk);
    },
    bytes: () => Buffer.concat(taken),
  };
}

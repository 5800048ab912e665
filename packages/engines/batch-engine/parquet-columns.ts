import { tmpdir } from 'node:os';
import { ContainedProcess, programBeside } from '../contained-process/contained-process.ts';
import type { ParquetKind } from './parquet-elements.ts';

export interface ToParquetReader {
  readonly paths: readonly string[];
}

export interface FromParquetReader {
  readonly ready?: true;
  readonly columns?: readonly ParquetColumn[];
}

/** A column of Parquet files, for an engine that cannot read all types of them. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: ParquetKind;
  /** Of times of day: whether they are told in UTC. */
  readonly isUtc: boolean;
  /** In the words of Spark, what it is to be read as; absent where it cannot be. */
  readonly type?: string | undefined;
}

/** Resident memory of Node and DuckDB, with room for the schemas of large files. */
const memoryBytes = 400_000_000;
/** Schemas are read in milliseconds. */
const patienceMs = 30_000;

/** The columns of Parquet files as DuckDB finds them, in a process of their own; none where they cannot be read. */
export async function parquetColumns(paths: readonly string[]): Promise<readonly ParquetColumn[]> {
  const program = programBeside(import.meta.url, 'parquet-columns-child');
  let told: (columns: readonly ParquetColumn[]) => void = () => undefined;
  const columns = new Promise<readonly ParquetColumn[]>((resolve) => {
    told = resolve;
  });
  await using reader = new ContainedProcess<ToParquetReader, FromParquetReader>(
    { program, memoryBytes, workDir: tmpdir() },
    ({ ready, columns: found }) => {
      if (ready) reader.send({ paths });
      else told(found ?? []);
    },
  );
  const timer = setTimeout(() => reader.kill(), patienceMs);
  try {
    return await Promise.race([columns, reader.ended.then(() => [])]);
  } finally {
    clearTimeout(timer);
  }
}

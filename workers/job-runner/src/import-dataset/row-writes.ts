import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';

export interface RowError {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

export interface RowRecord {
  readonly row: number;
  readonly record: object;
}

interface BulkAnswer {
  readonly made: readonly {
    readonly error: (Omit<RowError, 'row'> & { readonly details: unknown }) | null;
  }[];
}

export interface RowWriting {
  readonly graph: JobContext<unknown>['graph'];
  /** Takes records as `$input`, and answers as `made` what became of each. */
  readonly mutation: string;
  /** So many rows were more than is written in time. */
  readonly onLate: (rows: number) => void;
}

/** What the graph says of a whole operation because of what is in it; for all else another attempt is made. */
const refusesTheWhole: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'PAYLOAD_TOO_LARGE']);

/** Where so few are not written in time, it is not for their number. */
export const fewestRows = 50;

/**
 * Makes the records of these rows; answers the rows that were refused. A row whose own id is taken was written by an attempt before
 * this one. When the graph refuses all of them at once (a value that is not of its type, too many bytes), each half is sent by itself, so
 * that one row never costs its neighbours; and so it is when they were not written in time, since the next attempt would send as many again.
 * @throws CodedError what the graph says of more than a row
 */
export async function writeRows(
  rows: readonly RowRecord[],
  writing: RowWriting,
): Promise<readonly RowError[]> {
  try {
    return await written(rows, writing);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const isLate = error.code === 'DEADLINE_EXCEEDED' && rows.length > fewestRows;
    if (isLate) writing.onLate(rows.length);
    else if (!refusesTheWhole.has(error.code)) throw error;
    const [only] = rows;
    if (only === undefined) throw error;
    if (rows.length === 1) return [{ row: only.row, code: error.code, message: error.message }];
    const half = rows.length >> 1;
    const first = await writeRows(rows.slice(0, half), writing);
    return [...first, ...(await writeRows(rows.slice(half), writing))];
  }
}

async function written(
  rows: readonly RowRecord[],
  { graph, mutation }: RowWriting,
): Promise<readonly RowError[]> {
  const { made } = await graph<BulkAnswer>(mutation, { input: rows.map(({ record }) => record) });
  return made.flatMap(({ error }, index) => {
    if (error === null || isOwnId(error)) return [];
    return [{ row: rows[index]?.row ?? 0, code: error.code, message: error.message }];
  });
}

function isOwnId({ code, details }: { readonly code: string; readonly details: unknown }): boolean {
  const fields = (details as { readonly fields?: unknown } | null)?.fields;
  return code === 'CONFLICT' && Array.isArray(fields) && fields.length === 1 && fields[0] === 'id';
}

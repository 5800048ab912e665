/** Something of a list that says at which version it is. */
export interface Versioned {
  readonly version: number;
}

/**
 * The rows of a list, those of them newer that were answered to a change since it was read: a second press before the list has been read again is made over what the first one left, and not over a version
 * that is no more. What the answer does not tell stays as it was read.
 */
export function newestRows<Row extends Versioned>(
  rows: readonly Row[],
  answers: ReadonlyMap<string, Versioned & Partial<Row>>,
  keyOf: (row: Row) => string,
): readonly Row[] {
  return rows.map((row) => {
    const answer = answers.get(keyOf(row));
    return answer !== undefined && answer.version > row.version ? { ...row, ...answer } : row;
  });
}

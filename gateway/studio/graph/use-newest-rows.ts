import { useMemo, useState } from 'react';
import { newestRows, type Versioned } from './newest-rows.ts';

const noRows: readonly never[] = [];

/** The rows of a list and what takes the answer to a change of one of them, which is shown until the list has been read again. Undefined is the answer of a change that was refused. */
export function useNewestRows<Row extends Versioned>(
  rows: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
): readonly [readonly Row[], (key: string, answer: (Versioned & Partial<Row>) | undefined) => void] {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Versioned & Partial<Row>>>(new Map());
  const newest = useMemo(() => newestRows(rows ?? noRows, answers, keyOf), [rows, answers, keyOf]);
  return [
    newest,
    (key, answer) => {
      if (answer !== undefined) setAnswers((present) => new Map(present).set(key, answer));
    },
  ];
}

import type { ColumnTest } from './embedded-cell-types.ts';
import { datesAndTimes, heldDouble, textTests } from './embedded-cell-types.ts';
import { name } from './embedded-sql.ts';
import {
  duckType,
  eachItem,
  isStructured,
  type JsonShape,
  type NumberPlace,
  numberPlaces,
} from './json-shape.ts';

/** A column of JSON Lines by what its values are. */
export interface JsonColumn {
  /** The type that its values are looked at with: one that holds all of them. */
  readonly lookedAtAs: string;
  /** What is to be found out about them: of each place in them the types that it may have. */
  readonly tests: readonly (readonly ColumnTest[])[];
  /** The type to read it with and the SELECT of it, by what was found. */
  readonly typed: (found: readonly (string | undefined)[]) => {
    readonly type: string;
    readonly picked: string;
  };
}

/** Of whole numbers, which are looked at as HUGEINT. */
const isBigint = (cell: string): string => `${cell} BETWEEN -9223372036854775808 AND 9223372036854775807`;

/** A moment with a zone is one in UTC. */
const casts: Readonly<Record<string, (column: string) => string>> = {
  DATE: (column) => `CAST(${column} AS DATE)`,
  TIMESTAMP: (column) => `CAST(${column} AS TIMESTAMP)`,
  TIMESTAMPTZ: (column) => `CAST(CAST(${column} AS TIMESTAMPTZ) AS TIMESTAMP)`,
};

/** The column of this name. Whole numbers are BIGINT where all of them are, doubles what a double gives back, and texts are days or moments where all of them are. */
export function jsonColumn(column: string, shape: JsonShape): JsonColumn {
  const picked = name(column);
  const always = (type: string): JsonColumn => ({
    lookedAtAs: type,
    tests: [],
    typed: () => ({ type, picked }),
  });
  if (shape === 'VARCHAR') {
    const tests = textTests(picked, datesAndTimes);
    const typed: JsonColumn['typed'] = ([found = '']) => {
      const cast = casts[found]?.(picked);
      return { type: 'VARCHAR', picked: cast === undefined ? picked : `${cast} AS ${picked}` };
    };
    return { lookedAtAs: 'VARCHAR', tests: [tests], typed };
  }
  if (!isStructured(shape)) return always('JSON');
  const places = numberPlaces(shape);
  if (places.length === 0) return always(duckType(shape, [].values()));
  return {
    lookedAtAs: duckType(shape, places.map(({ isWhole }) => (isWhole ? 'HUGEINT' : 'VARCHAR')).values()),
    tests: places.map((place) => numberTests(picked, place)),
    typed: (found) => {
      const numbers = places.map(
        ({ steps, isWhole }, at) =>
          // Within a value digits that neither BIGINT nor a double has stay a number; beside it they are a text, as in a CSV.
          found[at] ?? (steps.length === 0 ? 'VARCHAR' : isWhole ? 'HUGEINT' : 'JSON'),
      );
      return { type: duckType(shape, numbers.values()), picked };
    },
  };
}

/** As for the cells of a CSV: whole numbers of more digits than BIGINT has are doubles where those give them back. */
function numberTests(column: string, { steps, isWhole }: NumberPlace): readonly ColumnTest[] {
  const test = (type: string, fits: (cell: string) => string): ColumnTest => ({
    type,
    test: `bool_and(${fitsWithin(column, steps, fits)})`,
  });
  if (!isWhole) return [test(heldDouble.type, heldDouble.fits)];
  const bigint = test('BIGINT', isBigint);
  if (steps.length > 0) return [bigint];
  return [bigint, test(heldDouble.type, (cell) => heldDouble.fits(`CAST(${cell} AS VARCHAR)`))];
}

/** Whether what is reached from a value by these steps fits; null where nothing is. */
function fitsWithin(
  value: string,
  [step, ...rest]: NumberPlace['steps'],
  fits: (cell: string) => string,
): string {
  if (step === undefined) return `CASE WHEN ${value} IS NOT NULL THEN coalesce(${fits(value)}, false) END`;
  if (step !== eachItem)
    return fitsWithin(`struct_extract(${value}, '${step.replaceAll("'", "''")}')`, rest, fits);
  const item = `item${rest.length}`;
  return `list_bool_and(list_transform(${value}, lambda ${item}: ${fitsWithin(item, rest, fits)}))`;
}

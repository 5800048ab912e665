import { CodedError } from '@tributary/runtime';
import type { InputField, ModelInput } from '../run-port.ts';
import { type CellFormats, defaultFormats } from './cell-formats.ts';
import { type Cell, cellValue } from './cell-value.ts';
import { fieldMark } from './field-mark.ts';
import type { ColumnChoice } from './import-input.ts';

/** A row of a file: its cells by column. */
export type Row = Readonly<Record<string, Cell>>;

export interface ImportPlan {
  /** The record a row makes. @throws CodedError BAD_USER_INPUT naming the column */
  readonly recordOf: (row: Row) => Readonly<Record<string, unknown>>;
  /** Marks of the fields that it fills. */
  readonly fields: readonly string[];
  /** Names of fields that the model has since the import began and that would be filled today, but that none of its rows fills. */
  readonly leftOut: readonly string[];
}

export interface PlannedImport {
  readonly mapping: Readonly<Record<string, ColumnChoice>> | undefined;
  /** Null where each row says its own (JSON) and what all of them have is not known. */
  readonly columns: readonly string[] | null;
  /** Columns whose values have a type in the file: no format of its texts is for them. */
  readonly typed?: ReadonlySet<string>;
  readonly runId: string;
  /** Of columns that do not say their own. */
  readonly formats?: CellFormats;
  /** Marks of the fields that the first attempt filled: all rows of an import have the same, whatever the model has since. */
  readonly begunWith?: readonly string[] | undefined;
}

/** What a model calls the run that imported a record, `importRun: Run`, as its input takes it. */
const runField = 'importRunId';

interface Assignment {
  readonly field: InputField;
  readonly column: string;
  readonly key: Key | undefined;
  readonly formats: CellFormats;
}

type Key = NonNullable<InputField['keys']>[number];

/**
 * Checks a mapping against the model and against the columns that are there, before anything is written. Records of a model with a field
 * `importRun` name the run, unless the mapping fills it from a column.
 * @throws CodedError BAD_USER_INPUT with every fault; STATE_CONFLICT where the model no longer takes what the import began with
 */
export function importPlan(
  { fields }: ModelInput,
  { mapping, columns, typed, runId, formats = defaultFormats, begunWith }: PlannedImport,
): ImportPlan {
  const faults: string[] = [];
  const begun = begunWith === undefined ? undefined : new Set(begunWith);
  const { choices, leftOut } =
    mapping === undefined ? sameNames(fields, columns, begun) : { choices: mapping, leftOut: [] };
  const assignments = Object.entries(choices).flatMap(([name, choice]): readonly Assignment[] => {
    const field = fields.find((candidate) => candidate.name === name);
    const column = typeof choice === 'string' ? choice : choice.column;
    if (field === undefined || name === 'id') faults.push(`the model has no field ${name} to import`);
    else if (columns !== null && !columns.includes(column))
      faults.push(`the file has no column ${column} for ${name}`);
    else {
      const key = keyOf(field, choice, faults);
      const own = formatsOf((key ?? field).type, choice, (fault) => faults.push(`${name} ${fault}`));
      if (typed?.has(column) !== true) return [{ field, column, key, formats: { ...formats, ...own } }];
      if (Object.keys(own).length > 0) faults.push(`${column} has a type in the file, and takes no formats`);
      return [{ field, column, key, formats: defaultFormats }];
    }
    return [];
  });
  for (const { name, required } of fields)
    if (required && !isGiven(name, choices)) faults.push(`${name} is required and has no column`);
  if (assignments.length === 0 && faults.length === 0) faults.push('no column fits a field of the model');
  const known =
    columns === null || !faults.some((fault) => fault.startsWith('the file has no column'))
      ? ''
      : ` The file has ${columnsTold(columns)}.`;
  if (faults.length > 0)
    throw new CodedError(
      'BAD_USER_INPUT',
      `The mapping does not fit: ${faults.slice(0, 20).join('; ')}.${known}`,
      {
        details: { faults: faults.slice(0, 20) },
      },
    );
  const run = Object.hasOwn(choices, runField) ? undefined : fields.find(({ name }) => name === runField);
  const namesRun = run !== undefined && begun?.has(fieldMark(run)) !== false;
  const origin = namesRun ? { [runField]: runId } : {};
  const marks = assignments.map(({ field, key }) => fieldMark(field, key));
  if (namesRun) marks.push(fieldMark(run));
  if (begun !== undefined && (begun.size !== marks.length || marks.some((mark) => !begun.has(mark))))
    throw new CodedError(
      'STATE_CONFLICT',
      'The model has changed since the import began, and no longer takes what its first rows have; enqueue a new one.',
    );
  return {
    recordOf: (row) => ({ ...record(row, assignments), ...origin }),
    fields: marks,
    leftOut: run === undefined || namesRun ? leftOut : [...leftOut, runField],
  };
}

/** Of a Parquet file with two columns of one name, or of names that differ in case alone, the later has a number behind it. */
function columnsTold(columns: readonly string[]): string {
  if (columns.length === 0) return 'no columns';
  const named = columns.slice(0, 20).map((column) => column.slice(0, 100));
  return `the columns ${named.join(', ')}${columns.length > named.length ? ` and ${columns.length - named.length} more` : ''}`;
}

/** A reference is given as `origin` or as `originId`. */
function isGiven(name: string, choices: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(choices, name) || Object.hasOwn(choices, `${name}Id`);
}

function sameNames(
  fields: readonly InputField[],
  columns: readonly string[] | null,
  begun: ReadonlySet<string> | undefined,
): { readonly choices: Record<string, ColumnChoice>; readonly leftOut: readonly string[] } {
  const isSame = (field: InputField): boolean =>
    begun === undefined || field.required || begun.has(fieldMark(field, onlyKey(field)));
  const present = fields.filter(
    ({ name, keys }) =>
      name !== 'id' &&
      name !== runField &&
      (columns === null ? keys === undefined || keys.length === 2 : columns.includes(name)),
  );
  const chosen = present.filter(isSame);
  const leftOut = columns === null ? [] : present.filter((field) => !isSame(field)).map(({ name }) => name);
  return { choices: Object.fromEntries(chosen.map(({ name }) => [name, name])), leftOut };
}

/** How a column says that it is written; of what is neither number nor moment there is nothing to say. */
function formatsOf(type: string, choice: ColumnChoice, tell: (fault: string) => void): Partial<CellFormats> {
  if (typeof choice === 'string') return {};
  const { numbers, dates } = choice;
  if (numbers !== undefined && type !== 'Int' && type !== 'Float') tell('is no number and takes no numbers');
  if (dates !== undefined && type !== 'DateTime') tell('is no moment and takes no dates');
  return { ...(numbers === undefined ? {} : { numbers }), ...(dates === undefined ? {} : { dates }) };
}

/** The key a reference is found by; where there is but one besides the id it need not be said. */
function keyOf({ name, keys }: InputField, choice: ColumnChoice, faults: string[]): Key | undefined {
  const named = typeof choice === 'string' ? undefined : choice.key;
  if (keys === undefined) {
    if (named !== undefined) faults.push(`${name} is no reference and takes no key`);
    return undefined;
  }
  const names = keys.map((key) => key.name).join(', ');
  if (named !== undefined) {
    const chosen = keys.find((key) => key.name === named);
    if (chosen === undefined) faults.push(`${name} has no key ${named}; there is ${names}`);
    return chosen;
  }
  const only = onlyKey({ keys });
  if (only === undefined) faults.push(`${name} needs a key: one of ${names}`);
  return only;
}

function onlyKey({ keys = [] }: Pick<InputField, 'keys'>): Key | undefined {
  const [only, ...others] = keys.filter((key) => key.name !== 'id');
  return others.length === 0 ? only : undefined;
}

function record(row: Row, assignments: readonly Assignment[]): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { field, column, key, formats } of assignments) {
    const cell = Object.hasOwn(row, column) ? row[column] : undefined;
    const value = cellValue(cell, { type: (key ?? field).type, column, formats });
    if (value !== null) values[field.name] = key === undefined ? value : { [key.name]: value };
    else if (field.required)
      throw new CodedError('BAD_USER_INPUT', `${column} is empty, and ${field.name} is required.`);
  }
  return values;
}

import { z } from 'zod';
import { dateFormats, defaultFormats, numberFormats } from './cell-formats.ts';
import { isDelimiter } from './csv-records.ts';
import { datasetEncodings } from './dataset-text.ts';

const numbers = z
  .enum(numberFormats)
  .describe('How numbers are written in text, by example; the mark between thousands may be left out.');
const dates = z
  .enum(dateFormats)
  .describe('How days are written in text, with or without a time behind them (9:30, 09:30:00Z).');

/**
 * A column of the file for a field of the model; for a reference also the key that finds what is referred to, and for numbers and moments how this column
 * has them.
 */
const columnChoice = z.union([
  z.string().min(1).max(200),
  z.strictObject({
    column: z.string().min(1).max(200),
    key: z.string().min(1).max(100).optional(),
    numbers: numbers.optional(),
    dates: dates.optional(),
  }),
]);

export const importInput = z.object({
  /** An uploaded file of the workspace. */
  file: z.uuid(),
  /** By the file's name when absent. */
  format: z.enum(['csv', 'json', 'jsonl', 'parquet']).optional(),
  model: z.string().regex(/^[A-Z][A-Za-z0-9]{0,99}$/, 'is no name of a model'),
  /** Columns by field; columns called like fields when absent. */
  mapping: z.record(z.string().max(100), columnChoice).optional(),
  /** Between the cells of a CSV; when absent a tab for a file called .tsv, else the comma, semicolon or tab of its head line. */
  delimiter: z
    .string()
    .length(1)
    .refine(isDelimiter, 'is one character, and neither a quote nor the end of a line')
    .optional(),
  /** Of all columns that do not say their own. */
  numbers: numbers.default(defaultFormats.numbers),
  dates: dates.default(defaultFormats.dates),
  /** What its text is written in. Bytes that are not of it refuse the file before anything is imported. */
  encoding: z.enum(datasetEncodings).default('utf-8'),
  /** More rows than this that cannot be imported end the run. */
  maxErrors: z.number().int().min(0).max(100_000).default(1_000),
});

export type ImportInput = z.infer<typeof importInput>;
export type ColumnChoice = z.infer<typeof columnChoice>;

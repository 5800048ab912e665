import type { Row } from './import-plan.ts';

/** A row of the file, or why it is none; before the rows of a table what its columns are called, once. */
export type ReadRow =
  | { readonly row: Row }
  | {
      readonly fault: string;
      /** The line from which on the file could not be read, and this fault the last of it. */
      readonly unreadFromLine?: number;
    }
  | {
      readonly headings: readonly string[];
      /** Of those the columns whose cells have a type of their own, and are not written in any format of the file's. */
      readonly typed?: ReadonlySet<string>;
    };

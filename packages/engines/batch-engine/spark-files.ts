import type { BatchFormat } from './port.ts';
import type { SparkRelation } from './spark-session.ts';

/** Files as Spark reads them; without a schema it looks into them for one. */
export function filesOf(
  paths: readonly string[],
  {
    format,
    options,
    schema,
  }: {
    /** Of TEXT each line is a row, a `value`. */
    readonly format: BatchFormat | 'TEXT';
    readonly options: Readonly<Record<string, string>>;
    readonly schema?: string;
  },
): SparkRelation {
  return {
    read: {
      dataSource: {
        format: format.toLowerCase(),
        paths: paths.map((path) => `file://${path}`),
        // A path is a path, whatever characters it has.
        options: { ...options, __globPaths__: 'false' },
        ...(schema === undefined ? {} : { schema }),
      },
    },
  };
}

import { mkdir, writeFile } from 'node:fs/promises';

/** The run in the middle when sorted by `by`. */
export function median<Run>(runs: readonly Run[], by: (run: Run) => number): Run {
  const sorted = [...runs].sort((left, right) => by(left) - by(right));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('no runs');
  return middle;
}

/** How one figure is to another, and between what it has to be, with a margin for a machine that is not quiet. */
export interface Ratio {
  readonly is: number;
  readonly least?: number;
  readonly most?: number;
}

/**
 * Prints a table and keeps it as JSON in `tests/load/results/<name>.json`, and then lets the benchmark fail by what is out of its bounds: a figure that nobody holds to anything
 * falls until somebody happens to read it.
 * @throws Error that names each ratio out of bounds
 */
export async function report(
  name: string,
  rows: Readonly<Record<string, object>>,
  ratios: Readonly<Record<string, Ratio>> = {},
): Promise<void> {
  const lines = Object.entries(rows).map(
    ([who, figures]) =>
      `${who.padEnd(28)} ${Object.entries(figures)
        .map(([key, value]) => `${key} ${round(value)}`)
        .join('   ')}`,
  );
  const compared = Object.entries(ratios).map(
    ([key, ratio]) => `${key.padEnd(28)} ${round(ratio.is)}${boundsOf(ratio)}`,
  );
  process.stdout.write(`\n${name}\n${[...lines, ...compared].join('\n')}\n`);
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL(`${name}.json`, folder),
    `${JSON.stringify({ name, node: process.version, rows, ratios }, null, 2)}\n`,
  );
  const outside = Object.entries(ratios).filter(([, ratio]) => !isWithin(ratio));
  if (outside.length > 0)
    throw new Error(
      `${name}: ${outside.map(([key, ratio]) => `${key} is ${round(ratio.is)}${boundsOf(ratio)}`).join('; ')}`,
    );
}

/** No number at all is within no bounds. */
function isWithin({ is, least, most }: Ratio): boolean {
  return (least === undefined || is >= least) && (most === undefined || is <= most);
}

function boundsOf({ least, most }: Ratio): string {
  if (least === undefined && most === undefined) return '';
  return ` (${[least === undefined ? '' : `at least ${least}`, most === undefined ? '' : `at most ${most}`].filter((bound) => bound !== '').join(', ')})`;
}

function round(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

import { mkdir, writeFile } from 'node:fs/promises';

/** The run in the middle when sorted by `by`. */
export function median<Run>(runs: readonly Run[], by: (run: Run) => number): Run {
  const sorted = [...runs].sort((left, right) => by(left) - by(right));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('no runs');
  return middle;
}

/** Prints a table and keeps it as JSON in `tests/load/results/<name>.json`. */
export async function report(
  name: string,
  rows: Readonly<Record<string, object>>,
  ratios: Readonly<Record<string, number>> = {},
): Promise<void> {
  const lines = Object.entries(rows).map(
    ([who, figures]) =>
      `${who.padEnd(28)} ${Object.entries(figures)
        .map(([key, value]) => `${key} ${round(value)}`)
        .join('   ')}`,
  );
  const compared = Object.entries(ratios).map(([key, value]) => `${key.padEnd(28)} ${round(value)}`);
  process.stdout.write(`\n${name}\n${[...lines, ...compared].join('\n')}\n`);
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL(`${name}.json`, folder),
    `${JSON.stringify({ name, node: process.version, rows, ratios }, null, 2)}\n`,
  );
}

function round(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

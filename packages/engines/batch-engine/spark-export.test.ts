import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeCsv } from './spark-export.ts';

async function exported(lines: string, signal: AbortSignal): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tributary-spark-export-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const resultPath = join(dir, 'result');
  await writeFile(join(dir, 'part-0'), lines);
  const target = { format: 'CSV', maxBytes: 1_000 } as const;
  const columns = [{ name: 'a', type: 'STRING' } as const, { name: 'b', type: 'DOUBLE' } as const];
  await writeCsv([join(dir, 'part-0')], columns, { folder: { resultPath }, target, signal });
  return readFile(resultPath, 'utf8');
}

test('a row of Spark ends where its line does, whatever else in its texts may end one', async () => {
  const text = 'one\u2028two\u2029three\u0085four';
  expect(await exported(`["${text}","1"]\n[null,null]\n`, new AbortController().signal)).toBe(
    `a,b\n${text},1.0\n,\n`,
  );
});

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProduct } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { folderWithDemo } from './start-attempt.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each ```bash block of the README with the ```text block after it: what is pasted, and what must then be printed. */
async function examples(): Promise<
  readonly { readonly script: string; readonly prints: readonly string[] }[]
> {
  const readme = await readFile(`${root}README.md`, 'utf8');
  return [...readme.matchAll(/```bash\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g)].map(
    ([, script = '', prints = '']) => ({
      script,
      prints: prints.trim().split('\n'),
    }),
  );
}

test('the examples of the README, pasted one after the other, print what the README says', async () => {
  // A product of its own: the figures in the README are those of a fresh demo.
  const dataDir = await folderWithDemo();
  await using product = await startProduct({ form: 'one', dataDir });
  const { url } = product;
  const pasted = await examples();
  expect(pasted).toHaveLength(11);
  const script = pasted
    .map(({ script: example }, index) => `echo "example ${index + 1}"\n${example}`)
    .join('\necho\n')
    .replaceAll('localhost:4000', url.replace('http://', ''))
    .replaceAll('.tributary/', `${dataDir}/`);
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, timeout: 90_000 });
  const printed = stdout.split(/^example \d+$/m).slice(1);
  for (const [index, { prints }] of pasted.entries()) {
    for (const line of prints) expect(printed[index], `example ${index + 1}`).toContain(line);
  }
}, 180_000);

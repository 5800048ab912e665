import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atNight, eventually, graphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { copyFolder } from '../kit/demo-folder.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const isRoot = process.getuid?.() === 0;
/**
 * One start, which each test looks at from another side: on the folder that the demo was loaded into where a change waits, and a first one, demo and all, at
 * night (`NIGHTLY=1`, .ci/nightly). That the demo loads where operations are listed is held by deploy/all-in-one/test/demo.test.ts too.
 */
let folder: string;
let dataDir: string;
let product: RunningProduct;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-listed-'));
  // As folders are at home: else a database of root would lie elsewhere.
  await chmod(folder, 0o755);
  dataDir = join(folder, 'outer', 'data');
  if (!atNight) {
    await mkdir(dataDir, { recursive: true });
    await copyFolder(inject('demoFolder'), dataDir);
  }
  product = await startProduct({ form: 'one', dataDir, env: { OPERATIONS: 'listed' } });
}, 240_000);
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(process.platform !== 'linux')(
  `after a ${atNight ? 'first start, demo and all' : 'start'}, an idle process settles below 350 MB (needs /proc)`,
  async () => {
    // Garbage of the load is collected once the process has been idle for a while.
    await eventually(
      async () => {
        const status = await readFile(`/proc/${product.pid}/status`, 'utf8');
        const residentKb = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
        expect(residentKb).toBeGreaterThan(0);
        expect(residentKb / 1_024).toBeLessThan(350);
      },
      { timeoutMs: 150_000 },
    );
  },
  240_000,
);

test('the data folder and what it keeps are this user’s alone; root lets the database pass through', async () => {
  expect(product.output()).toContain(`Data         ${dataDir}\n`);
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  expect(await modeOf(dataDir)).toBe(isRoot ? 0o711 : 0o700);
  for (const file of ['secrets.json', 'demo.json', 'process.json', 'postgres/password'])
    expect(await modeOf(join(dataDir, file)), file).toBe(0o600);
});

describe.skipIf(noBrowser !== undefined)(
  `the console where operations are listed${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 90_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test('every page works but those made of models, which say what to list', async () => {
      const { errors } = await graphCaller(product.url)('{ __typename }');
      expect(errors[0]?.extensions).toMatchObject({ code: 'PERSISTED_QUERY_NOT_IN_LIST' });
      await using owner = await visit(browser, product.url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      const alert = page.getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(
        /must be listed in schema\/operations\/listed.*PERSISTED_QUERY_NOT_IN_LIST/s,
      );
      const whole = ['/files', '/files/trash', '/metrics', '/metrics/ranking', '/metrics/funnels', '/runs'];
      const more = [
        '/runs/schedules',
        '/runs/triggers',
        '/runs/dead-letters',
        '/runs/queues',
        '/predictions',
      ];
      const rest = ['/tour', '/events', '/audit', '/members', '/keys', '/account'];
      for (const path of [...whole, ...more, ...rest]) {
        await owner.turnTo(path);
        expect([path, await alert.allTextContents()]).toEqual([path, []]);
      }
      await owner.turnTo('/sql');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('region', { name: 'Answer' }).or(alert).waitFor();
      expect(await alert.allTextContents()).toEqual([]);
    });

    test('the explorer executes what is listed, and no more', async () => {
      await using owner = await visit(browser, product.url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await owner.go('/explorer');
      const answer = page.getByRole('region', { name: 'Result Window' });
      const run = page.getByRole('button', { name: /^Execute query/ });
      const editor = page.getByRole('region', { name: 'Operation Editor' });
      const line = (text: string): Locator => editor.locator('.view-line').filter({ hasText: text });
      await line('iata').waitFor();
      await run.click();
      await answer.getByText('totalCount').first().waitFor();
      await page.getByRole('button', { name: 'New tab' }).click();
      await line('iata').waitFor({ state: 'detached' });
      await editor.locator('.view-lines').click();
      await page.keyboard.insertText('{ me: __typename }');
      await line('__typename').waitFor();
      await run.click();
      await answer.getByText('PERSISTED_QUERY_NOT_IN_LIST').first().waitFor();
    });
  },
);

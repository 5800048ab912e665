import { signedIn } from '@tributary/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

/** Uploads a table of `rows` airports by hand; answers its id. */
async function uploaded(page: Page, name: string, rows: readonly string[]): Promise<string> {
  const header = 'iata,name,country,latitude,longitude';
  const buffer = Buffer.from(`${[header, ...rows].join('\n')}\n`);
  await page.locator('input[type=file][multiple]').setInputFiles({ name, mimeType: 'text/csv', buffer });
  await page.getByRole('row').filter({ hasText: name }).getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return page.url().split('/').at(-1) ?? '';
}

async function started(page: Page, input: object): Promise<void> {
  await page.getByRole('button', { name: 'Start a job' }).click();
  await page.getByRole('combobox', { name: 'Job' }).last().selectOption('import-dataset');
  await page.getByRole('textbox', { name: 'Input' }).fill(JSON.stringify(input));
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: 'import-dataset' }).waitFor();
}

describe.skipIf(noBrowser !== undefined)(`runs in the console${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('an editor brings a file, has a job import it, and reads along until its rows are there', async () => {
    // A workspace of one's own: others count the airports of the demo.
    const workspace = await newWorkspace(url);
    const { ask, email } = await newMember(url, workspace, 'EDITOR');
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.signIn(email);
    await editor.go('/files');
    const stem = 'ZZ';
    const rows = [1, 2, 3].map(
      (number) => `${stem}${number},Imported ${number},USA,${number}.5,-${number}.5`,
    );
    const file = await uploaded(page, `import-${stem}.csv`, rows);
    await page.getByRole('link', { name: 'Import its rows' }).click();
    await page.getByRole('dialog').waitFor();
    expect(JSON.parse(await page.getByRole('textbox', { name: 'Input' }).inputValue())).toEqual({
      file,
      model: 'Airport',
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { level: 1, name: 'import-dataset' }).waitFor();
    await page.getByText('succeeded', { exact: true }).first().waitFor({ timeout: 60_000 });
    const read = 'query ($iata: String) { airport(iata: $iata) { name } }';
    const { data } = await ask(read, { iata: `${stem}3` });
    expect(data).toEqual({ airport: { name: 'Imported 3' } });
    await page.getByRole('list', { name: 'Lines of the log' }).getByRole('listitem').first().waitFor();
    await editor.go('/runs');
    await page.getByRole('row').filter({ hasText: 'import-dataset' }).first().waitFor();
    expect(editor.troubles).toEqual([]);
  }, 120_000);

  test('a job that cannot do its work says why, and can be driven again', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/runs');
    await started(page, { file: '0192e1a0-0000-7000-8000-000000000001', model: 'Airport' });
    await page.getByText('failed', { exact: true }).first().waitFor({ timeout: 60_000 });
    expect(await page.getByRole('alert').first().textContent()).toMatch(/\w+\./);
    await page.getByRole('button', { name: 'Drive it again' }).waitFor();
  }, 120_000);

  test('an input that does not fit the job is refused before anything runs, and kept to be mended', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/runs');
    await page.getByRole('button', { name: 'Start a job' }).click();
    await page.getByRole('combobox', { name: 'Job' }).last().selectOption('import-dataset');
    await page.getByRole('textbox', { name: 'Input' }).fill('{ "model": 7 }');
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await page.getByRole('dialog').getByRole('alert').textContent()).toContain('BAD_USER_INPUT');
    expect(await page.getByRole('textbox', { name: 'Input' }).inputValue()).toBe('{ "model": 7 }');
  }, 120_000);

  test('a viewer reads along and is offered nothing else', async () => {
    await using viewer = await visit(browser, url);
    const { page } = viewer;
    await viewer.walkInAs('Viewer');
    const caller = await signedIn(url, 'viewer@demo.local');
    const { data } = await caller<{ runs: { nodes: { id: string }[] } }>(
      '{ runs(first: 1) { nodes { id } } }',
    );
    await viewer.go(`/runs/${data.runs.nodes[0]?.id}`);
    expect(await page.getByRole('button', { name: /Cancel|Drive|Run anew|Start a job|Pause/ }).count()).toBe(
      0,
    );
  }, 120_000);
});

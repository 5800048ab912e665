import { createHash, randomBytes } from 'node:crypto';
import { eventually, signedIn } from '@tributary/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

const chooser = (page: Page) => page.locator('input[type=file][multiple]');
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function fileNamed(
  name: string,
): Promise<{ id: string; sha256: string; sizeBytes: number } | undefined> {
  const viewer = await signedIn(url, 'viewer@demo.local');
  const { data } = await viewer<{ files: { nodes: { id: string; sha256: string; sizeBytes: number }[] } }>(
    'query ($name: String) { files(where: { name: { eq: $name } }, first: 2) { nodes { id sha256 sizeBytes } } }',
    { name },
  );
  expect(data.files.nodes.length).toBeLessThan(2);
  return data.files.nodes[0];
}

describe.skipIf(noBrowser !== undefined)(`files in the console${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('an upload that is cut off twice goes on by itself, and arrives as it was', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/files');
    let cuts = 0;
    await page.route('**/files/tus/**', async (route) => {
      if (route.request().method() !== 'PATCH' || cuts === 2) return route.continue();
      cuts += 1;
      return route.abort('connectionreset');
    });
    const bytes = randomBytes(3_000_000);
    const name = `cut-${Date.now()}.bin`;
    await chooser(page).setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    await row(page, name).waitFor({ timeout: 30_000 });
    expect(cuts).toBe(2);
    expect(await fileNamed(name)).toMatchObject({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  }, 120_000);

  test('an upload can be paused, and goes on when asked', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/files');
    let isHeld = true;
    await page.route('**/files/tus/**', async (route) => {
      if (route.request().method() !== 'PATCH' || !isHeld) await route.continue();
    });
    const name = `paused-${Date.now()}.bin`;
    await chooser(page).setInputFiles({
      name,
      mimeType: 'application/octet-stream',
      buffer: randomBytes(200_000),
    });
    await page.getByRole('button', { name: `Pause ${name}` }).click();
    await page.getByText('paused', { exact: false }).first().waitFor();
    isHeld = false;
    await page.getByRole('button', { name: `Go on with ${name}` }).click();
    await row(page, name).waitFor();
    expect(await fileNamed(name)).toMatchObject({ sizeBytes: 200_000 });
  }, 120_000);

  test('a table is shown before it is downloaded; the trash gives back what was thrown away', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/files');
    const name = `airports-${Date.now()}.csv`;
    const csv = 'iata,name,latitude\nDTW,Detroit,42.21\nSEA,"Seattle, Tacoma",47.45\n';
    await chooser(page).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await row(page, name).getByRole('link', { name }).click();
    await page.getByRole('cell', { name: 'Seattle, Tacoma' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    await page.getByRole('button', { name: `Put ${name} into the trash` }).click();
    await page.getByRole('heading', { level: 1, name: 'Files' }).waitFor();
    await row(page, name).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('button', { name: `Restore ${name}` }).click();
    await eventually(async () => expect(await fileNamed(name)).toBeDefined());
    await editor.go('/files');
    await row(page, name).waitFor();
    expect(editor.troubles).toEqual([]);
  }, 120_000);

  test('a link for somebody without an account works until it is revoked', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go('/files');
    const name = `shared-${Date.now()}.txt`;
    await chooser(page).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('for you') });
    await row(page, name).getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).waitFor();
    const caller = await signedIn(url, 'editor@demo.local');
    const file = await fileNamed(name);
    const { data } = await caller<{ downloadLinks: { nodes: { url: string }[] } }>(
      'query ($id: ID!) { downloadLinks(fileId: $id, first: 1) { nodes { url } } }',
      { id: file?.id },
    );
    const link = new URL(data.downloadLinks.nodes[0]?.url ?? '', url);
    expect(await (await fetch(link)).text()).toBe('for you');
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await eventually(async () => expect((await fetch(link)).status).not.toBe(200), { timeoutMs: 10_000 });
  }, 120_000);

  test('the way up from a folder names every folder above it, and links beyond the first page are found and revoked', async () => {
    const caller = await signedIn(url, 'editor@demo.local');
    const names = Array.from({ length: 9 }, (_, level) => `level ${level} of ${Date.now()}`);
    let parentId: string | null = null;
    for (const name of names) {
      const made: { data: { createFolder: { id: string } } } = await caller(
        'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { id } }',
        { input: { name, parentId } },
      );
      parentId = made.data.createFolder.id;
    }
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await editor.go(`/files/folder/${parentId}`);
    const way = page.getByRole('navigation', { name: 'Folders above' });
    await eventually(async () =>
      expect(await way.getByRole('link').allTextContents()).toEqual(['Files', ...names.slice(0, -1)]),
    );
    const name = `shared-often-${Date.now()}.txt`;
    await chooser(page).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('for you') });
    await row(page, name).getByRole('link', { name }).click();
    const file = await fileNamed(name);
    for (let n = 0; n < 21; n += 1)
      await caller(
        'mutation ($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) { id } }',
        {
          input: { fileId: file?.id },
        },
      );
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const revoke = page.getByRole('button', { name: 'Revoke', exact: true });
    await eventually(async () => expect(await revoke.count()).toBe(20));
    await page.getByRole('button', { name: 'Next page of links' }).click();
    await eventually(async () => expect(await revoke.count()).toBe(1));
    await revoke.click();
    await eventually(async () => expect(await revoke.count()).toBe(0));
    await page.getByRole('button', { name: 'Previous page of links' }).click();
    await eventually(async () => expect(await revoke.count()).toBe(20));
    expect(editor.troubles).toEqual([]);
  }, 120_000);

  test('a viewer may look and download, and is offered nothing else', async () => {
    await using viewer = await visit(browser, url);
    const { page } = viewer;
    await viewer.walkInAs('Viewer');
    await viewer.go('/files');
    await page.getByRole('link', { name: 'Trash' }).waitFor();
    expect(await page.getByRole('button', { name: 'Upload files' }).count()).toBe(0);
    expect(await chooser(page).count()).toBe(0);
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type GraphCaller } from '@tributary/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';
import { uploadedByForm } from './rest-requests.ts';

const { url } = inject('product');

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const chooser = (page: Page) => page.locator('input[type=file][multiple]');
const sizeBytes = 300_000;

async function inFolder(ask: GraphCaller, folder: string): Promise<readonly object[]> {
  const { data } = await ask<{ files: { nodes: object[] } }>(
    'query ($id: ID) { files(where: { folderId: { eq: $id } }) { nodes { name sizeBytes } } }',
    { id: folder },
  );
  return data.files.nodes;
}

async function folderOf(ask: GraphCaller): Promise<string> {
  const { data } = await ask<{ createFolder: { id: string } }>(
    'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { id } }',
    { input: { name: `folder ${crypto.randomUUID()}` } },
  );
  return data.createFolder.id;
}

describe.skipIf(noBrowser !== undefined)(
  `uploads of the console${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let place: string;
    /** On a disk: a browser tells files apart by when they were written too. */
    let draft: string;
    beforeAll(async () => {
      browser = await openBrowser();
      place = await mkdtemp(join(tmpdir(), 'uploads-'));
      draft = join(place, 'draft.bin');
      await writeFile(draft, randomBytes(sizeBytes));
    });
    afterAll(async () => {
      await browser?.close();
      await rm(place, { recursive: true });
    });

    async function opened() {
      const workspace = await newWorkspace(url);
      const { ask, email } = await newMember(url, workspace, 'EDITOR');
      const editor = await visit(browser, url);
      await editor.signIn(email);
      const { page } = editor;
      const made: string[] = [];
      const held = new Set<string>();
      let isHeld = true;
      await page.route('**/files/tus**', async (route) => {
        if (route.request().method() === 'POST') made.push(route.request().url());
        if (route.request().method() !== 'PATCH' || !isHeld) await route.continue();
        else held.add(route.request().url());
      });
      /** Their first pieces are on the way, so that the browser knows where each goes on. */
      const begun = (count: number) => eventually(() => expect(held.size).toBe(count));
      const release = () => {
        isHeld = false;
      };
      return { editor, page, ask, made, begun, release };
    }

    test('a file dropped in a folder comes to lie there, and an unfinished new version of another goes on when it is brought again', async () => {
      const { editor, page, ask, made, begun, release } = await opened();
      await using _left = editor;
      const folder = await folderOf(ask);
      const contract = await uploadedByForm(url, ask.authorization ?? '', {
        bytes: 'the original',
        name: 'contract.bin',
      });
      const read = 'query ($id: ID!) { file(id: $id) { versionNumber sizeBytes } }';
      await editor.go(`/files/${contract}`);
      await page.getByLabel('The new version').setInputFiles(draft);
      await begun(1);
      await editor.go(`/files/folder/${folder}`);
      release();
      await chooser(page).setInputFiles(draft);
      await row(page, 'draft.bin').waitFor();
      expect(await inFolder(ask, folder)).toEqual([{ name: 'draft.bin', sizeBytes }]);
      expect((await ask(read, { id: contract })).data).toEqual({ file: { versionNumber: 1, sizeBytes: 12 } });
      expect(made.length).toBe(2);
      await editor.go(`/files/${contract}`);
      await page.getByLabel('The new version').setInputFiles(draft);
      await page.getByText('2, current').waitFor();
      expect((await ask(read, { id: contract })).data).toEqual({ file: { versionNumber: 2, sizeBytes } });
      expect(made.length).toBe(2);
      expect(editor.troubles).toEqual([]);
    }, 180_000);

    test('the same file brought to two folders at a time, and twice to one, arrives each time', async () => {
      const { editor, page, ask, begun, release } = await opened();
      await using _left = editor;
      const [first, second] = [await folderOf(ask), await folderOf(ask)];
      await editor.go(`/files/folder/${first}`);
      await chooser(page).setInputFiles(draft);
      await begun(1);
      await editor.turnTo(`/files/folder/${second}`);
      await chooser(page).setInputFiles(draft);
      await begun(2);
      await chooser(page).setInputFiles(draft);
      await begun(3);
      const another = await editor.newTab();
      await another.goto(`${url}/studio/files/folder/${second}`);
      await chooser(another).setInputFiles(draft);
      await another.getByText('done', { exact: false }).first().waitFor();
      release();
      const pause = page.getByRole('button', { name: 'Pause draft.bin' });
      for (const left of [2, 1, 0]) {
        await pause.first().click();
        await page.getByRole('button', { name: 'Go on with draft.bin' }).first().click();
        // Who is quicker than an upload would pause the same one again, and leave another held.
        await expect.poll(() => pause.count(), { timeout: 20_000 }).toBe(left);
      }
      await eventually(async () => {
        expect(await inFolder(ask, first)).toEqual([{ name: 'draft.bin', sizeBytes }]);
        expect(await inFolder(ask, second)).toEqual([
          { name: 'draft.bin', sizeBytes },
          { name: 'draft.bin', sizeBytes },
          { name: 'draft.bin', sizeBytes },
        ]);
      });
      expect(editor.troubles).toEqual([]);
    }, 180_000);
  },
);

import { eventually, type GraphCaller } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';
import { uploadedByForm } from './rest-requests.ts';

const { url } = inject('product');

async function folderOf(ask: GraphCaller, input: object): Promise<string> {
  const { data } = await ask<{ createFolder: { id: string } }>(
    'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { id } }',
    { input },
  );
  return data.createFolder.id;
}

/** A run that says that it begins, and a line for each of its 250 rows, because none of them can be imported; answers its id when it has ended. */
async function talkativeRun(ask: GraphCaller): Promise<string> {
  const rows = Array.from({ length: 250 }, (_, at) => `A${at},Nowhere,USA,north,west`);
  const bytes = ['iata,name,country,latitude,longitude', ...rows].join('\n');
  const file = await uploadedByForm(url, ask.authorization ?? '', { bytes, name: 'nowhere.csv' });
  const { data } = await ask<{ enqueueJob: { run: { id: string } } }>(
    'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
    { input: { job: 'import-dataset', input: { file, model: 'Airport' } } },
  );
  const { id } = data.enqueueJob.run;
  await eventually(
    async () => {
      const seen = await ask('query ($id: ID!) { run(id: $id) { state } }', { id });
      expect(seen.data).toEqual({ run: { state: 'SUCCEEDED' } });
    },
    { timeoutMs: 60_000 },
  );
  return id;
}

describe.skipIf(noBrowser !== undefined)(
  `long lists in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    async function opened() {
      const workspace = await newWorkspace(url);
      const { ask, email } = await newMember(url, workspace, 'EDITOR');
      const editor = await visit(browser, url);
      await editor.signIn(email);
      return { editor, page: editor.page, ask };
    }

    test('the log of a run that has ended shows its end, and goes back to its first line', async () => {
      const { editor, page, ask } = await opened();
      await using _left = editor;
      await editor.go(`/runs/${await talkativeRun(ask)}`);
      const lines = page.getByRole('list', { name: 'Lines of the log' }).getByRole('listitem');
      await page.getByText('lines 152 to 251').waitFor();
      expect(await lines.last().textContent()).toContain('row 250:');
      const isSeen = (text: string) =>
        eventually(async () => {
          const box = await lines.filter({ hasText: text }).boundingBox();
          const frame = await page.getByRole('list', { name: 'Lines of the log' }).boundingBox();
          if (box === null || frame === null) throw new Error(`${text} is drawn`);
          expect(box.y).toBeGreaterThanOrEqual(frame.y);
          expect(box.y + box.height).toBeLessThanOrEqual(frame.y + frame.height);
        });
      await isSeen('row 250:');
      const earlier = page.getByRole('button', { name: 'Earlier lines' });
      await earlier.click();
      await page.getByText('lines 52 to 251').waitFor();
      await isSeen('row 150:');
      await isSeen('row 151:');
      await earlier.click();
      await page.getByText('251 lines').waitFor();
      expect(await lines.count()).toBe(251);
      expect(await lines.first().textContent()).toContain('importing');
      expect(await earlier.count()).toBe(0);
      expect(editor.troubles).toEqual([]);
    }, 180_000);

    test('every folder of many is reached', async () => {
      const { editor, page, ask } = await opened();
      await using _left = editor;
      const parentId = await folderOf(ask, { name: 'many' });
      for (let at = 1; at <= 101; at += 1)
        await folderOf(ask, { name: `folder ${String(at).padStart(3, '0')}`, parentId });
      await editor.go(`/files/folder/${parentId}`);
      await page.getByRole('link', { name: 'folder 100' }).waitFor();
      await page.getByRole('button', { name: 'Next page of folders' }).click();
      await page.getByRole('link', { name: 'folder 101' }).click();
      await page.getByRole('heading', { level: 1, name: 'folder 101' }).waitFor();
      expect(editor.troubles).toEqual([]);
    }, 180_000);

    test('every version of a file is reached, and an old one is made current', async () => {
      const { editor, page, ask } = await opened();
      await using _left = editor;
      const authorization = ask.authorization ?? '';
      const fileId = await uploadedByForm(url, authorization, { bytes: 'version 1', name: 'often.txt' });
      for (let number = 2; number <= 22; number += 1) {
        const form = new FormData();
        form.set('fileId', fileId);
        form.set('file', new Blob([`version ${number}`]), 'often.txt');
        const answer = await fetch(`${url}/files/form`, {
          method: 'POST',
          headers: { authorization },
          body: form,
        });
        expect(answer.status).toBe(201);
      }
      await editor.go(`/files/${fileId}`);
      const versions = page.getByRole('region', { name: 'Versions' });
      await versions.getByText('22, current').waitFor();
      await versions.getByRole('button', { name: 'Next page of versions' }).click();
      await versions.getByRole('button', { name: 'Make version 1 current' }).click();
      await versions.getByRole('button', { name: 'Previous page of versions' }).click();
      await versions.getByText('23, current').waitFor();
      await page.getByText('version 1', { exact: true }).waitFor();
      expect(editor.troubles).toEqual([]);
    }, 180_000);
  },
);

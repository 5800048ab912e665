import { readFile } from 'node:fs/promises';
import { demoPassword, eventually } from '@tributary/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';
import { makeDelayModelLive } from './delay-model.ts';
import { uploadedByForm } from './rest-requests.ts';
import { vegaFile } from './vega-files.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 180_000 });
const patient = { timeout: 90_000 };

/** Drops a file on the page as from a folder of the desk. */
async function dropped(page: Page, { name, bytes }: { readonly name: string; readonly bytes: Buffer }) {
  const dataTransfer = await page.evaluateHandle(
    ([title = '', text = '']) => {
      const data = new DataTransfer();
      data.items.add(new File([text], title, { type: 'text/csv' }));
      return data;
    },
    [name, bytes.toString()],
  );
  await page.dispatchEvent('.drop', 'dragover', { dataTransfer });
  expect(await page.locator('.drop').getAttribute('data-over')).toBe('true');
  await page.dispatchEvent('.drop', 'drop', { dataTransfer });
  expect(await page.locator('.drop').getAttribute('data-over')).toBeNull();
}

/** Types into the dialog that starts a job, and follows its run. */
async function started(page: Page, job: string, input: object): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Start a job' });
  await dialog.getByRole('textbox', { name: 'Input' }).fill(JSON.stringify(input));
  await dialog.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: job }).waitFor();
}

const badge = (page: Page, state: string) => page.getByText(state, { exact: true }).first();

describe.skipIf(noBrowser !== undefined)(
  `the tour of the console, walked${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let owner: Newcomer;
    let visitor: Visit;
    let page: Page;
    beforeAll(async () => {
      ({ owner } = await newWorkspace(url));
      browser = await openBrowser();
      visitor = await visit(browser, url, { acceptDownloads: true });
      ({ page } = visitor);
      await visitor.signIn(owner.email);
    }, 120_000);
    afterAll(async () => {
      await visitor?.[Symbol.asyncDispose]();
      await browser?.close();
    });

    const step = (title: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: title });
    const isTicked = async (title: string): Promise<boolean> =>
      (await step(title).getByRole('img', { name: 'done' }).count()) > 0;
    /** Opens the tour and follows the link of a step. */
    const followed = async (title: string): Promise<void> => {
      await visitor.turnTo('/tour');
      await step(title).getByRole('link').click();
    };

    test('a file that is dropped goes up with its progress in sight, and ticks its step', async () => {
      await visitor.turnTo('/tour');
      await step('Bring a file').waitFor();
      expect(await isTicked('Bring a file')).toBe(false);
      await followed('Bring a file');
      await page.getByText('Nothing is here yet').waitFor();
      const network = await page.context().newCDPSession(page);
      const slowly = (uploadThroughput: number) =>
        network.send('Network.emulateNetworkConditions', {
          offline: false,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput,
        });
      await slowly(50_000);
      await dropped(page, await vegaFile('airports.csv'));
      await page.getByRole('progressbar', { name: 'Upload of airports.csv' }).waitFor();
      await page.waitForFunction(() => {
        const bar = document.querySelector('.upload-tray progress');
        return bar instanceof HTMLProgressElement && bar.value > 0 && bar.value < bar.max;
      });
      await slowly(-1);
      await page.getByRole('row').filter({ hasText: 'airports.csv' }).waitFor();
      const { data } = await owner.ask('{ files(first: 2) { nodes { name sizeBytes } } }');
      expect(data).toEqual({ files: { nodes: [{ name: 'airports.csv', sizeBytes: 210_365 }] } });
      await visitor.turnTo('/tour');
      await step('Bring a file').getByRole('img', { name: 'done' }).waitFor();
    });

    test('its rows become records, read along line by line and as a bar while it runs; another import is cancelled, and driven again to its end', async () => {
      const idOf = async (name: string): Promise<string> => {
        const { data } = await owner.ask<{ files: { nodes: { id: string }[] } }>(
          'query ($name: String) { files(where: { name: { eq: $name } }, first: 1) { nodes { id } } }',
          { name },
        );
        return data.files.nodes[0]?.id ?? '';
      };
      await followed('Make records of its rows');
      await started(page, 'import-dataset', { file: await idOf('airports.csv'), model: 'Airport' });
      await badge(page, 'succeeded').waitFor(patient);

      await visitor.turnTo('/files');
      const flights = await vegaFile('flights-20k.json');
      await page
        .locator('input[type=file][multiple]')
        .setInputFiles({ ...flights, mimeType: 'application/json', buffer: flights.bytes });
      await page.getByRole('row').filter({ hasText: flights.name }).waitFor(patient);
      await followed('Make records of its rows');
      const mapping = {
        origin: 'origin',
        destination: 'destination',
        scheduledAt: 'date',
        delayMinutes: 'delay',
        distanceMiles: 'distance',
      };
      await started(page, 'import-dataset', { file: await idOf(flights.name), model: 'Flight', mapping });
      // A line, a bar that is not full and the state that is not the end yet, in one and the same picture of the page.
      await page.waitForFunction(() => {
        const state = document.querySelector('.page-lead')?.textContent ?? '';
        const bar = document.querySelector('main progress');
        const isHalfWay = bar instanceof HTMLProgressElement && bar.value > 0 && bar.value < bar.max;
        return document.querySelector('.run-log li') !== null && isHalfWay && state.startsWith('running');
      });
      await page.getByRole('button', { name: 'Cancel the run' }).click();
      await badge(page, 'cancelled').waitFor(patient);
      const lines = page.getByRole('list', { name: 'Lines of the log' });
      expect(await lines.textContent()).toContain('importing');
      const { data: before } = await owner.ask<{ flights: { totalCount: number } }>(
        '{ flights(first: 1) { totalCount } }',
      );
      expect(before.flights.totalCount).toBeLessThan(20_000);
      await page.getByRole('button', { name: 'Drive it again' }).click();
      await badge(page, 'succeeded').waitFor(patient);
      const { data: after } = await owner.ask('{ flights(first: 1) { totalCount } }');
      expect(after).toEqual({ flights: { totalCount: 20_000 } });
      await visitor.turnTo('/tour');
      await step('Make records of its rows').getByRole('img', { name: 'done' }).waitFor();
    });

    test('what was imported is charted, predicted from and asked for in SQL', async () => {
      await followed('See the figures move');
      const card = page.getByRole('region', { name: 'flight_delay' });
      await card.getByRole('img', { name: /^flight_delay/ }).waitFor(patient);
      await makeDelayModelLive(url, owner.ask);
      await followed('Ask what is to come');
      await page.getByRole('region', { name: 'flight-delay' }).waitFor();
      await followed('Ask in SQL');
      const query = page.getByRole('textbox', { name: 'Query' });
      await query.fill('SELECT count(*) AS flights FROM flight');
      // Asked again where a busy machine took its seconds to start a process.
      await eventually(
        async () => {
          await query.press('Control+Enter');
          await page.getByRole('cell', { name: /^20,?000$/ }).waitFor({ timeout: 10_000 });
        },
        { timeoutMs: 90_000 },
      );
      await visitor.turnTo('/tour');
      await step('Ask what is to come').getByRole('img', { name: 'done' }).waitFor();
    });

    test('a report ends with a full bar, leads to its file, and is downloaded as a table', async () => {
      const { name, bytes } = await vegaFile('flights-3m.parquet');
      const file = { name, bytes: new Uint8Array(bytes) };
      const flights = await uploadedByForm(url, owner.ask.authorization ?? '', file);
      await followed('Compute a report, and take it with you');
      await started(page, 'monthly-delay-report', { flights });
      await badge(page, 'succeeded').waitFor(patient);
      const bar = page.getByRole('progressbar', { name: 'Progress of monthly-delay-report' }).first();
      const [value, max] = await Promise.all([bar.getAttribute('value'), bar.getAttribute('max')]);
      expect(Number(value)).toBeGreaterThan(0);
      expect(value).toBe(max);
      await page.getByRole('link', { name: 'monthly-delays.csv' }).click();
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download', exact: true }).click();
      const table = await readFile(await (await downloading).path(), 'utf8');
      expect(table.trim().split('\r\n')).toHaveLength(Number(max) + 1);
    });

    test('live events show what the filter lets through, and nothing else', async () => {
      const { data } = await owner.ask<Record<'seen' | 'hidden', { id: string }>>(
        '{ seen: airport(iata: "DTW") { id } hidden: airport(iata: "LAX") { id } }',
      );
      const all = await visitor.newTab();
      await all.goto(`${url}/studio/events`);
      await followed('See who did what');
      await page.getByRole('combobox', { name: 'Topic' }).selectOption('data.record');
      await page.getByRole('textbox', { name: 'Subject' }).fill(`Airport/${data.seen.id}`);
      await page.keyboard.press('Enter');
      await eventually(() => expect(page.url()).toContain(data.seen.id));
      const rows = (of: Page, id: string) => of.locator('tr[data-new]').filter({ hasText: id.slice(-8) });
      await eventually(
        async () => {
          for (const { id } of [data.hidden, data.seen])
            await owner.ask(
              'mutation ($id: ID!, $name: String) { updateAirport(id: $id, input: { name: $name }) { id } }',
              {
                id,
                name: `Renamed ${Date.now()}`,
              },
            );
          for (const { id } of [data.hidden, data.seen])
            await rows(all, id).first().waitFor({ timeout: 5_000 });
          await rows(page, data.seen.id).first().waitFor({ timeout: 5_000 });
        },
        { timeoutMs: 60_000 },
      );
      expect(await rows(page, data.hidden.id).count()).toBe(0);
      await all.close();
    });

    test('each example of the explorer answers whoever is signed in', async () => {
      const { data: found } = await owner.ask<{ airport: { id: string } }>('{ airport(iata: "DTW") { id } }');
      const { id } = found.airport;
      await followed('Ask for all of it at once');
      const examples = page.getByRole('region', { name: 'Examples' });
      await examples.getByRole('button').first().waitFor();
      const answers = page.locator('.graphiql-response');
      const asked = async (name: string, variables: object = {}): Promise<void> => {
        await examples.getByRole('button', { name, exact: true }).click();
        const editor = page.locator('.graphiql-editor-tool').getByRole('textbox').first();
        await editor.focus();
        await page.keyboard.press('ControlOrMeta+A');
        await page.keyboard.insertText(JSON.stringify(variables));
        // Editors close what one opens, behind what is written.
        await page.keyboard.press('ControlOrMeta+Shift+End');
        await page.keyboard.press('Delete');
        await page.getByRole('button', { name: /^Execute query/ }).click();
      };
      const answeredWithin = (timeoutMs: number, ...texts: string[]) =>
        eventually(
          async () => {
            // Editors break lines where the window ends.
            const text = ((await answers.textContent()) ?? '').replaceAll(/\s/g, '');
            for (const each of texts) expect(text).toContain(each.replaceAll(' ', ''));
            expect(text).not.toContain('"errors"');
          },
          { timeoutMs },
        );
      const answered = (...texts: string[]) => answeredWithin(30_000, ...texts);
      await asked('airports');
      await answered('"totalCount": 3376');
      await asked('sign in', { email: owner.email, password: demoPassword });
      await answered('"accessToken"', '"role": "OWNER"');
      await asked('airport changed');
      await page.getByRole('button', { name: /^Stop query/ }).waitFor();
      // The button is there before the subscription: a change of that moment is not heard of.
      await eventually(
        async () => {
          await owner.ask(
            'mutation ($id: ID!) { updateAirport(id: $id, input: { name: "Heard of" }) { id } }',
            { id },
          );
          await answeredWithin(2_000, 'Heard of');
        },
        { timeoutMs: 30_000 },
      );
      await page.getByRole('button', { name: /^Stop query/ }).click();
      await asked('update airport', { id, name: 'Detroit, renamed' });
      await answered('"name": "Detroit, renamed"', '"iata": "DTW"');
      await asked('audit log', { where: { subject: `Airport/${id}` } });
      await answered('"auditLog"', 'data.record.updated');
      await asked('airport delay');
      // What is further down is drawn when one goes there.
      await answered('"name": "Detroit, renamed"', '"averageMinutes"');
      const photo = await uploadedByForm(url, owner.ask.authorization ?? '', {
        name: 'gimp.png',
        bytes: new Uint8Array((await vegaFile('gimp.png')).bytes),
      });
      const set =
        'mutation ($id: ID!, $photo: ID) { updateAirport(id: $id, input: { photoId: $photo }) { version } }';
      expect((await owner.ask(set, { id, photo })).errors).toEqual([]);
      await asked('everything', { iata: 'DTW' });
      await answered('"photo": {', '"name": "gimp.png"', '"variant"', '"averageMinutes"');
      expect(await examples.getByRole('button').count()).toBe(7);
      expect(visitor.troubles).toEqual([]);
    });
  },
);

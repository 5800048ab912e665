import { eventually, graphCaller, signedIn } from '@tributary/test-kit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

async function airport(iata: string): Promise<{ id: string; name: string; version: number }> {
  const { data } = await graphCaller(url)<{ airport: { id: string; name: string; version: number } }>(
    'query ($iata: String) { airport(iata: $iata) { id name version } }',
    { iata },
  );
  return data.airport;
}

async function renamed(id: string, name: string): Promise<void> {
  const editor = await signedIn(url, 'editor@demo.local');
  const { errors } = await editor(
    'mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id } }',
    { id, input: { name } },
  );
  expect(errors).toEqual([]);
}

/** Whoever signs out is in a new document then. */
async function signedOut(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await loaded;
}

const cell = (page: Page, text: string) => page.getByRole('gridcell', { name: text, exact: true });
const only = (iata: string): string => `/data/airports?where=${encodeURIComponent(`iata~eq~${iata}`)}`;

describe.skipIf(noBrowser !== undefined)(
  `the console in a browser${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test('an editor finds an airport, changes it where it stands by keyboard, and it is changed for everybody', async () => {
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await page.getByText('3,376 in all').waitFor();
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByRole('combobox', { name: 'Field' }).selectOption('iata');
      await page.getByRole('combobox', { name: 'Comparison' }).selectOption('eq');
      await page.getByRole('textbox', { name: 'Value' }).fill('BUF');
      await page.keyboard.press('Enter');
      await page.getByText('1 match').waitFor();
      const { id, name } = await airport('BUF');
      await cell(page, name).focus();
      await page.keyboard.press('Enter');
      const wanted = `Buffalo ${Date.now()}`;
      const editing = page.getByRole('textbox', { name: 'Name' });
      await editing.fill(wanted);
      // The Enter that ends a composition of letters is not for the cell.
      await editing.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
      expect(await editing.isEditable()).toBe(true);
      await page.keyboard.press('Enter');
      await cell(page, wanted).waitFor();
      await eventually(async () => expect((await airport('BUF')).name).toBe(wanted));
      await page.getByRole('link', { name: /^Open BUF/ }).click();
      await page.getByRole('heading', { level: 1, name: `BUF · ${wanted}` }).waitFor();
      expect(page.url()).toBe(`${url}/studio/data/airports/${id}`);
      expect(editor.troubles).toEqual([]);
    });

    test('what somebody else changes appears where one looks, without asking for it', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      await viewer.go(only('ROC'));
      const { id, name } = await airport('ROC');
      await cell(page, name).waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      const wanted = `Rochester ${Date.now()}`;
      await eventually(async () => {
        await renamed(id, wanted);
        await cell(page, wanted).waitFor({ timeout: 2_000 });
      });
    });

    test('what changes after a page was read and before it is followed is on the page in the end', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      const { id, name } = await airport('SYR');
      const beside = await viewer.newTab();
      await beside.goto(`${url}/studio${only('SYR')}`);
      await beside.getByText('Live', { exact: true }).waitFor();
      let follow = (): void => undefined;
      const followed = new Promise<void>((resolve) => {
        follow = resolve;
      });
      await page.routeWebSocket(/\/graphql$/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage(async (message) => {
          if (String(message).includes('"subscribe"')) await followed;
          server.send(message);
        });
      });
      await viewer.go(only('SYR'));
      await cell(page, name).waitFor();
      const wanted = `Syracuse ${Date.now()}`;
      await renamed(id, wanted);
      // Then it is in the log, and before the position of whoever follows now.
      await cell(beside, wanted).waitFor();
      follow();
      await cell(page, wanted).waitFor();
      expect(viewer.troubles).toEqual([]);
    });

    test('whoever signs in next in the same tab sees nothing of the one before', async () => {
      await using shared = await visit(browser, url);
      const { page } = shared;
      await shared.walkInAs('Owner');
      await page.getByText('Demo owner').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Viewer', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
      await page.getByText('Demo viewer').waitFor();
      expect(await page.getByText('Demo owner').count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
      expect(shared.troubles).toEqual([]);
    });

    test('what is chosen for a reference is what was found for all that was typed', async () => {
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await editor.go('/data/flights/new');
      const origin = page.getByRole('combobox', { name: 'Origin' });
      await origin.fill('B');
      await page.getByRole('option').first().waitFor();
      await origin.fill('BUF');
      await page.keyboard.press('Enter');
      // Not the first of what was found for the B.
      expect(await origin.inputValue()).toBe('BUF');
      await page.getByRole('option', { name: /^BUF/ }).waitFor();
      const offered = await page.getByRole('option').first().textContent();
      await page.keyboard.press('Enter');
      expect(await origin.inputValue()).toBe(offered);
      expect(editor.troubles).toEqual([]);
    });

    test('an item is made, and deleted only when one confirms', async () => {
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await page.getByRole('link', { name: 'New airport' }).click();
      await page.getByRole('button', { name: 'Create the airport' }).click();
      await page.getByText('A value is needed.').first().waitFor();
      const iata = `Q${String(Date.now()).slice(-6)}`;
      const values = {
        IATA: iata,
        Name: 'Made by hand',
        Country: 'USA',
        Latitude: '1.5',
        Longitude: '-2.25',
      };
      for (const [label, text] of Object.entries(values))
        await page.getByRole('textbox', { name: label }).fill(text);
      await page.getByRole('button', { name: 'Create the airport' }).click();
      await page.getByRole('heading', { level: 1, name: `${iata} · Made by hand` }).waitFor();
      expect(await airport(iata)).toMatchObject({ name: 'Made by hand', version: 1 });
      await page.getByRole('button', { name: /^Delete/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      expect(await airport(iata)).not.toBeNull();
      await page.getByRole('button', { name: /^Delete/ }).click();
      await page.getByRole('button', { name: 'Delete the airport' }).click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
      expect(await airport(iata)).toBeNull();
    });

    test('the owner sees events as they are written', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      const { id } = await airport('ALB');
      await owner.go(`/events?topic=data.record&subject=${encodeURIComponent(`Airport/${id}`)}`);
      await page.getByText('Live', { exact: true }).waitFor();
      await eventually(async () => {
        await renamed(id, `Albany ${Date.now()}`);
        await page.locator('tr[data-new]').first().waitFor({ timeout: 2_000 });
      });
      const row = page.locator('tr[data-new]').first();
      expect(await row.textContent()).toContain('data.record.updated');
      expect(await row.textContent()).toContain('Demo editor');
      expect(owner.troubles).toEqual([]);
    });

    test('a key is shown once, works at once, and is refused soon after it is revoked', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await owner.go('/keys');
      await page.getByRole('button', { name: 'New API key' }).first().click();
      const name = `Console ${Date.now()}`;
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('button', { name: 'Make the key' }).click();
      const secret = (await page.getByTestId('secret').textContent()) ?? '';
      const status = async (): Promise<number> =>
        (await fetch(`${url}/v1/airports`, { headers: { 'x-api-key': secret } })).status;
      expect(await status()).toBe(200);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page.getByRole('cell', { name, exact: true }).waitFor();
      expect(await page.content()).not.toContain(secret);
      await page.getByRole('button', { name: `Revoke ${name}` }).click();
      await page.getByRole('button', { name: 'Revoke the key' }).click();
      await eventually(async () => expect(await status()).toBe(401), { timeoutMs: 10_000 });
      expect(owner.troubles).toEqual([]);
    });

    test('the explorer asks as whoever is signed in, and keeps what one saves, for them alone', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await page.getByRole('link', { name: 'GraphQL explorer' }).click();
      await page.getByRole('button', { name: 'airports', exact: true }).click();
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.getByText('totalCount').nth(1).waitFor();
      await page.getByRole('textbox', { name: 'Name for the operation in the editor' }).fill('Mine');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.reload();
      const mine = page.getByRole('button', { name: 'Mine', exact: true });
      await mine.waitFor();
      await signedOut(page);
      await owner.walkInAs('Viewer');
      await owner.go('/explorer');
      await page.getByText('Save what you come back to: it stays in this browser.').waitFor();
      expect(await mine.count()).toBe(0);
      await signedOut(page);
      await owner.walkInAs('Owner');
      await owner.go('/explorer');
      await mine.waitFor();
      expect(owner.troubles).toEqual([]);
    });

    test('a subscription of the explorer is asked as whoever its headers name, and says when they are refused', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      const sent: unknown[] = [];
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => sent.push(JSON.parse(String(payload)))),
      );
      await owner.walkInAs('Owner');
      await page.getByRole('link', { name: 'GraphQL explorer' }).click();
      const editor = page.locator('.graphiql-query-editor .view-lines');
      await editor.getByText('departures').first().waitFor();
      await page.getByRole('button', { name: 'airport changed', exact: true }).click();
      await editor.getByText('airportChanged').first().waitFor();
      await page.getByRole('button', { name: 'Headers', exact: true }).click();
      await page.locator('.graphiql-editor-tool .graphiql-editor:visible .view-lines').first().click();
      await page.keyboard.insertText('{ "X-Api-Key": "trb_nobodys000000000000000" }');
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.getByText('The API key is not valid').waitFor();
      const payload = { 'x-api-key': 'trb_nobodys000000000000000' };
      expect(sent.at(-1)).toEqual({ type: 'connection_init', payload });
    });

    test('on a laptop of 1280 pixels no line of an example is cut off in the explorer', async () => {
      await using owner = await visit(browser, url, { viewport: { width: 1280, height: 800 } });
      const { page } = owner;
      await owner.walkInAs('Owner');
      await page.getByRole('link', { name: 'GraphQL explorer' }).click();
      for (const name of ['airports', 'update airport']) {
        await page.getByRole('button', { name, exact: true }).click();
        const editor = page.locator('.graphiql-query-editor');
        await editor.locator('.view-line').first().waitFor();
        await eventually(async () => {
          const beyond = await editor.evaluate((element) => {
            const edge = element.getBoundingClientRect().right;
            return [...element.querySelectorAll('.view-line > span')]
              .filter((line) => line.getBoundingClientRect().right > edge)
              .map((line) => line.textContent);
          });
          expect(beyond).toEqual([]);
        });
        expect((await editor.boundingBox())?.width).toBeGreaterThan(320);
      }
    });

    test('the page of the REST API shows its routes, asks nobody else and has nothing to complain of', async () => {
      await using anybody = await visit(browser, url);
      const complaints: string[] = [];
      anybody.page.on('console', (message) => {
        if (message.type() === 'warning') complaints.push(message.text());
      });
      await anybody.page.goto(`${url}/v1/docs`);
      await anybody.page.getByText('Ask in SQL').first().waitFor({ timeout: 60_000 });
      expect([...complaints, ...anybody.troubles]).toEqual([]);
    }, 90_000);
  },
);

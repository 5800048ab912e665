import { randomUUID } from 'node:crypto';
import { eventually, graphCaller, signedIn } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

/** A picture of one point. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(noBrowser !== undefined)(
  `fields of other parts in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 90_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    async function made<Answer>(mutation: string, variables: object): Promise<Answer> {
      const editor = await signedIn(url, 'editor@demo.local');
      const { data, errors } = await editor<Answer>(mutation, variables as Record<string, unknown>);
      expect(errors).toEqual([]);
      return data;
    }

    test('what metrics say of an item is a column by choice, kept, and never written', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Editor');
      await viewer.turnTo(`/data/airports?where=${encodeURIComponent('iata~eq~ORD')}`);
      await page.getByText('1 match').waitFor();
      expect(await page.getByRole('columnheader', { name: 'Delay' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: /^Delay/ }).check();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('columnheader', { name: 'Delay' }).waitFor();
      const cell = page.getByRole('row').nth(1).getByRole('gridcell').last();
      expect(await cell.getAttribute('aria-readonly')).toBe('true');
      // The metrics of the demo's flights may still be under way.
      await eventually(
        async () => {
          await page.reload();
          await cell.filter({ hasText: /^-?[\d,.]+$/ }).waitFor({ timeout: 5_000 });
        },
        { timeoutMs: 60_000 },
      );
      expect(viewer.troubles).toEqual([]);
    });

    test('an address with a filter that cannot be asked shows no items, and says why', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Editor');
      const filters = ['iata~eq~ORD', 'latitude~gte~abc', 'nope~eq~MI'];
      await viewer.turnTo(
        `/data/airports?${filters.map((each) => `where=${encodeURIComponent(each)}`).join('&')}`,
      );
      await page.getByText('This cannot be filtered so').waitFor();
      expect(await page.getByRole('alert').allTextContents()).toEqual([
        expect.stringContaining('abc'),
        expect.stringContaining('The model has no such field to filter by.'),
      ]);
      expect(await page.getByRole('row').count()).toBe(0);
      for (const name of ['Nope', 'Latitude'])
        await page.getByRole('button', { name: new RegExp(`^Remove the filter ${name}`) }).click();
      await page.getByText('1 match').waitFor();
      expect(viewer.troubles).toEqual([]);
    });

    test('a picture is brought into a field, shown on the item, and taken away again', async () => {
      // One there is: others count the airports of the demo.
      const { data } = await graphCaller(url)<{ airport: { id: string } }>('{ airport(iata: "SYR") { id } }');
      const { id } = data.airport;
      const photo = async (): Promise<unknown> => {
        const editor = await signedIn(url, 'editor@demo.local');
        const { data: seen } = await editor<{ airport: { photo: { name: string } | null } }>(
          'query ($id: ID) { airport(id: $id) { photo { name } } }',
          { id },
        );
        return seen.airport.photo?.name ?? null;
      };
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await editor.turnTo(`/data/airports/${id}`);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      const name = `${randomUUID()}.png`;
      await page
        .getByLabel('File to upload')
        .first()
        .setInputFiles({ name, mimeType: 'image/png', buffer: png });
      await page.getByRole('link', { name }).waitFor();
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
      expect(await photo()).toBe(name);
      await page.getByRole('link', { name }).locator('img').waitFor();
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByRole('button', { name: 'Take the file away' }).click();
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
      expect(await photo()).toBeNull();
      expect(editor.troubles).toEqual([]);
    });

    test('a text keeps its lines when one changes a letter of it, and takes those that are pasted or typed', async () => {
      const name = `Lines ${randomUUID()}`;
      const { createAirport } = await made<{ createAirport: { id: string } }>(
        'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }',
        {
          input: {
            iata: randomUUID().slice(0, 8),
            name: `${name}\r\nLine two`,
            country: 'USA',
            latitude: 1,
            longitude: 2,
          },
        },
      );
      const { id } = createAirport;
      const kept = async (): Promise<unknown> => {
        const editor = await signedIn(url, 'editor@demo.local');
        const { data } = await editor<{ airport: { name: string } }>(
          'query ($id: ID) { airport(id: $id) { name } }',
          { id },
        );
        return data.airport.name;
      };
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await editor.turnTo(`/data/airports?where=${encodeURIComponent(`name~startsWith~${name}`)}`);
      await page.getByText('1 match').waitFor();
      await page.getByRole('gridcell').filter({ hasText: name }).dblclick();
      const box = page.getByRole('textbox', { name: 'Name' });
      await box.press('Control+End');
      await box.pressSequentially('!');
      await box.press('Shift+Enter');
      await box.pressSequentially('three');
      await box.press('Enter');
      await eventually(async () => expect(await kept()).toBe(`${name}\r\nLine two!\r\nthree`), {
        timeoutMs: 20_000,
      });
      await editor.turnTo(`/data/airports/${id}`);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      const city = page.getByRole('textbox', { name: /^City/ });
      await city.fill('ab');
      await city.press('ArrowLeft');
      await city.evaluate((element) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'one\r\ntwo');
        element.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        );
      });
      // What is typed next goes on where the pasted text ends.
      await page.keyboard.type('|');
      expect(await city.inputValue()).toBe('aone\ntwo|b');
      expect(await kept()).toContain('three');
      expect(editor.troubles).toEqual([]);
      await made('mutation ($id: ID!) { deleteAirport(id: $id) { id } }', { id });
    });

    test('two people write one text at once, and each reads what the other writes as they write it', async () => {
      const reader = await signedIn(url, 'editor@demo.local');
      const { data } = await reader<{ flights: { nodes: { id: string }[] } }>(
        '{ flights(first: 1) { nodes { id } } }',
      );
      const { createFlightNote } = await made<{ createFlightNote: { id: string } }>(
        'mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }',
        { input: { flightId: data.flights.nodes[0]?.id, title: 'Together' } },
      );
      const path = `/data/flightNotes/${createFlightNote.id}`;
      await using editor = await visit(browser, url);
      await using owner = await visit(browser, url);
      await using viewer = await visit(browser, url);
      const text = ({ page }: typeof editor) => page.getByRole('textbox', { name: 'Text, edited together' });
      for (const [visitor, role] of [
        [editor, 'Editor'],
        [owner, 'Owner'],
        [viewer, 'Viewer'],
      ] as const) {
        await visitor.walkInAs(role);
        await visitor.turnTo(path);
        await text(visitor).waitFor();
      }
      await text(editor).pressSequentially('Gate 12.');
      await eventually(async () => expect(await text(owner).inputValue()).toBe('Gate 12.'), {
        timeoutMs: 20_000,
      });
      await text(owner).focus();
      await owner.page.keyboard.press('Home');
      await text(owner).pressSequentially('New: ');
      await text(editor).pressSequentially(' Hurry.');
      for (const visitor of [editor, owner, viewer])
        await eventually(async () => expect(await text(visitor).inputValue()).toBe('New: Gate 12. Hurry.'), {
          timeoutMs: 20_000,
        });
      await editor.page.getByText('Everybody has it').waitFor();
      expect(await text(viewer).getAttribute('readonly')).not.toBeNull();
      expect([...editor.troubles, ...owner.troubles]).toEqual([]);
      await made('mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }', { id: createFlightNote.id });
      for (const visitor of [editor, owner, viewer]) {
        await visitor.page.getByRole('alert').getByText('This flight note was deleted.').waitFor();
        expect(await text(visitor).getAttribute('readonly')).not.toBeNull();
        expect(await text(visitor).inputValue()).toBe('New: Gate 12. Hurry.');
      }
    });
  },
);

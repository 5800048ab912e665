import { randomUUID } from 'node:crypto';
import { eventually } from '@tributary/test-kit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

interface Airport {
  readonly id: string;
  readonly iata: string;
  readonly name: string;
  readonly city: string | null;
  readonly state: string | null;
  readonly version: number;
}

const readText = 'query ($iata: String) { airport(iata: $iata) { id iata name city state version } }';
const changeText =
  'mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id } }';
const makeText = 'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }';

const box = (page: Page, name: string): Locator =>
  page.getByRole('textbox', { name: new RegExp(`^${name}( optional)?$`) });
const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole('button', { name, exact: true });
const notice = (page: Page | Locator, version: number): Locator =>
  page.getByRole('status').filter({ hasText: `Somebody saved version ${version} meanwhile` });
const conflict = (page: Page): Locator => page.getByRole('dialog', { name: 'Somebody was faster' });

describe.skipIf(noBrowser !== undefined)(
  `two people and one item${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let owner: Newcomer;
    let editor: Newcomer;
    beforeAll(async () => {
      browser = await openBrowser();
      // A workspace of one's own: others count the airports of the demo.
      const workspace = await newWorkspace(url);
      owner = workspace.owner;
      editor = await newMember(url, workspace, 'EDITOR');
    });
    afterAll(() => browser?.close());

    async function airport(iata: string): Promise<Airport> {
      return (await editor.ask<{ airport: Airport }>(readText, { iata })).data.airport;
    }

    test('who presses Create twice, or again because no answer came, creates once', async () => {
      const iata = `D${randomUUID().slice(0, 7)}`;
      await using visited = await visit(browser, url);
      const { page } = visited;
      await visited.signIn(editor.email);
      await visited.go('/data/airports/new');
      for (const [name, text] of [
        ['IATA', iata],
        ['Name', 'Twice'],
        ['Country', 'USA'],
        ['Latitude', '1'],
        ['Longitude', '2'],
      ] as const)
        await box(page, name).fill(text);
      let lost = 0;
      const asked: unknown[] = [];
      await page.route('**/graphql', async (route) => {
        const { variables } = route.request().postDataJSON() as { variables?: { input?: { id?: string } } };
        if (variables?.input === undefined) return route.continue();
        asked.push(variables.input.id);
        if (lost > 0) return route.continue();
        lost += 1;
        // The server has done it, and nobody hears of it.
        await route.fetch();
        return route.abort('connectionreset');
      });
      await box(page, 'Name').evaluate((field: HTMLInputElement) => {
        field.form?.requestSubmit();
        field.form?.requestSubmit();
      });
      await eventually(async () => expect(asked).toHaveLength(1));
      await page.getByRole('alert').first().waitFor();
      await button(page, 'Create the airport').click();
      await page.getByRole('heading', { level: 1, name: `${iata} · Twice` }).waitFor();
      expect(asked).toEqual([asked[0], asked[0]]);
      expect(await airport(iata)).toMatchObject({ name: 'Twice', version: 1 });
    });

    async function newAirport(): Promise<Airport> {
      const iata = `C${randomUUID().slice(0, 7)}`;
      const input = {
        iata,
        name: 'First name',
        city: 'First city',
        country: 'USA',
        latitude: 1,
        longitude: 2,
      };
      expect((await editor.ask(makeText, { input })).errors).toEqual([]);
      return airport(iata);
    }

    /** Somebody else, over the API. */
    async function changed(id: string, input: Partial<Airport>): Promise<void> {
      expect((await owner.ask(changeText, { id, input })).errors).toEqual([]);
    }

    async function visiting({ email }: Newcomer, path: string): Promise<Visit> {
      const somebody = await visit(browser, url);
      const { page } = somebody;
      await somebody.signIn(email);
      await somebody.go(path);
      await page.getByText('Live', { exact: true }).waitFor();
      return somebody;
    }

    async function editing(id: string): Promise<Visit> {
      const visitor = await visiting(editor, `/data/airports/${id}`);
      await button(visitor.page, 'Edit').click();
      return visitor;
    }

    test('what somebody else saved while a form was open is not written back by saving the form', async () => {
      const { id, iata, version } = await newAirport();
      await using visitor = await editing(id);
      const { page } = visitor;
      await box(page, 'City').fill('My city');
      await changed(id, { name: 'Their name' });
      await notice(page, version + 1).waitFor();
      expect(await notice(page, version + 1).textContent()).toContain('Name');
      expect(await box(page, 'City').inputValue()).toBe('My city');
      await button(page, 'Save the changes').click();
      await conflict(page)
        .getByRole('row', { name: /^Name First name Their name/ })
        .waitFor();
      expect(await airport(iata)).toMatchObject({
        name: 'Their name',
        city: 'First city',
        version: version + 1,
      });
      await button(conflict(page), 'Write what I chose').click();
      await page.getByRole('heading', { level: 1, name: `${iata} · Their name` }).waitFor();
      await eventually(async () =>
        expect(await airport(iata)).toMatchObject({
          name: 'Their name',
          city: 'My city',
          version: version + 2,
        }),
      );
    });

    test('of fields both changed, one chooses each: mine is written, theirs stays', async () => {
      const { id, iata, version } = await newAirport();
      await using visitor = await editing(id);
      const { page } = visitor;
      await box(page, 'Name').fill('My name');
      await box(page, 'City').fill('My city');
      await changed(id, { name: 'Their name', city: 'Their city', state: 'NY' });
      await notice(page, version + 1).waitFor();
      await button(page, 'Save the changes').click();
      const dialog = conflict(page);
      await dialog.getByText('My name', { exact: true }).waitFor();
      expect(await dialog.getByText('Their name', { exact: true }).isVisible()).toBe(true);
      await dialog.getByRole('radio', { name: 'City: theirs' }).check();
      await button(dialog, 'Write what I chose').click();
      await page.getByRole('heading', { level: 1, name: `${iata} · My name` }).waitFor();
      expect(await airport(iata)).toMatchObject({ name: 'My name', city: 'Their city', state: 'NY' });
    });

    test('who is overtaken a second time, while choosing, is asked a second time', async () => {
      const { id, iata, version } = await newAirport();
      await using visitor = await editing(id);
      const { page } = visitor;
      await box(page, 'Name').fill('My name');
      await changed(id, { name: 'Their name' });
      // It makes room for itself: a click meanwhile would meet what was moved there.
      await notice(page, version + 1).waitFor();
      await button(page, 'Save the changes').click();
      await conflict(page).getByText('Their name', { exact: true }).waitFor();
      await changed(id, { name: 'Their second name' });
      await button(conflict(page), 'Write what I chose').click();
      await conflict(page).getByText('Their second name', { exact: true }).waitFor();
      expect((await airport(iata)).name).toBe('Their second name');
      await button(conflict(page), 'Keep theirs').click();
      await page.getByRole('heading', { level: 1, name: `${iata} · Their second name` }).waitFor();
      expect(await airport(iata)).toMatchObject({ name: 'Their second name', version: version + 2 });
    });

    test('two windows with one form open: the second to save is shown what the first saved', async () => {
      const { id, iata, version } = await newAirport();
      await using first = await editing(id);
      await using second = await editing(id);
      await box(first.page, 'Name').fill('Name of the first');
      await box(second.page, 'City').fill('City of the second');
      await button(first.page, 'Save the changes').click();
      await first.page.getByRole('heading', { level: 1, name: `${iata} · Name of the first` }).waitFor();
      await notice(second.page, version + 1).waitFor();
      await button(second.page, 'Save the changes').click();
      await button(conflict(second.page), 'Write what I chose').click();
      for (const { page } of [first, second])
        await page.getByRole('definition').filter({ hasText: 'City of the second' }).waitFor();
      expect(await airport(iata)).toMatchObject({ name: 'Name of the first', city: 'City of the second' });
    });

    test('a cell somebody else changed while it was open is not overwritten unseen', async () => {
      const { id, iata } = await newAirport();
      const where = encodeURIComponent(`iata~eq~${iata}`);
      await using visitor = await visiting(editor, `/data/airports?where=${where}`);
      const { page } = visitor;
      await page.getByRole('gridcell', { name: 'First name', exact: true }).dblclick();
      await box(page, 'Name').fill('My name');
      await changed(id, { name: 'Their name', city: 'Their city' });
      await page.getByRole('gridcell', { name: 'Their city', exact: true }).waitFor();
      await page.keyboard.press('Enter');
      await conflict(page).getByText('Their name', { exact: true }).waitFor();
      expect((await airport(iata)).name).toBe('Their name');
      await button(conflict(page), 'Keep theirs').click();
      await page.getByRole('gridcell', { name: 'Their name', exact: true }).waitFor();
    });

    test('only the version one was shown is deleted: a newer one is not, and one is told', async () => {
      const { id, iata, version } = await newAirport();
      await using visitor = await editing(id);
      const { page } = visitor;
      await button(page, 'Cancel').click();
      await page.getByRole('button', { name: /^Delete/ }).click();
      const dialog = page.getByRole('dialog', { name: `Delete ${iata} · First name?` });
      await dialog.getByText(`Version ${version} is deleted for everybody.`).waitFor();
      await changed(id, { name: 'Their name' });
      await notice(dialog, version + 1).waitFor();
      await button(dialog, 'Delete the airport').click();
      await dialog.getByText('VERSION_CONFLICT').waitFor();
      expect(await airport(iata)).toMatchObject({ name: 'Their name' });
      await button(dialog, 'Cancel').click();
      await page.getByRole('button', { name: /^Delete/ }).click();
      await page.getByText(`Version ${version + 1} is deleted for everybody.`).waitFor();
      await button(page, 'Delete the airport').click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
      expect(await airport(iata)).toBeNull();
    });

    test('what the server refuses about a field stands at that field, which has the focus', async () => {
      const taken = await newAirport();
      const { id } = await newAirport();
      await using visitor = await editing(id);
      const { page } = visitor;
      for (const [field, value, fault] of [
        ['IATA', taken.iata, /same iata/],
        ['Latitude', '91', /from -90 to 90/],
      ] as const) {
        const before = await box(page, field).inputValue();
        await box(page, field).fill(value);
        await button(page, 'Save the changes').click();
        const alert = page.getByRole('alert');
        await alert.waitFor();
        expect(await alert.textContent()).toMatch(fault);
        const focused = page.locator('input:focus');
        expect(await focused.inputValue()).toBe(value);
        expect(await focused.getAttribute('aria-invalid')).toBe('true');
        expect(await focused.getAttribute('aria-describedby')).toContain(
          (await alert.getAttribute('id')) ?? 'none',
        );
        await box(page, field).fill(before);
        await alert.waitFor({ state: 'detached' });
      }
    });

    test('a page says who made the item by name, and explains its fields without signs of markup', async () => {
      const { id } = await newAirport();
      for (const [somebody, name] of [
        [editor, 'Newcomer (you)'],
        [owner, 'Newcomer'],
      ] as const) {
        await using visitor = await visiting(somebody, `/data/airports/${id}`);
        const { page } = visitor;
        await page.getByRole('definition').getByText(name, { exact: true }).waitFor();
        await button(page, 'Edit').click();
        const hint = page.getByText('The code of the International Air Transport Association');
        expect(await hint.textContent()).not.toContain('`');
        expect(await hint.locator('code').textContent()).toBe('DTW');
      }
    });
  },
);

import { randomUUID } from 'node:crypto';
import { demoPassword } from '@tributary/test-kit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newMember, newWorkspace, type Workspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

const box = (page: Page, name: string): Locator =>
  page.getByRole('textbox', { name: new RegExp(`^${name}( optional)?$`) });
const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole('button', { name, exact: true });
const restored = (page: Page): Locator => page.getByText('You typed this before, and it is not saved.');

/** How often the browser asked before the document went; it goes. */
function questions(page: Page): readonly string[] {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  return asked;
}

describe.skipIf(noBrowser !== undefined)(
  `what is typed and not sent yet${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 90_000 },
  () => {
    let browser: Browser;
    let workspace: Workspace;
    let owner: Newcomer;
    let editor: Newcomer;
    beforeAll(async () => {
      browser = await openBrowser();
      workspace = await newWorkspace(url);
      owner = workspace.owner;
      editor = await newMember(url, workspace, 'EDITOR');
    });
    afterAll(() => browser?.close());

    async function writing(): Promise<Visit> {
      const visitor = await visit(browser, url);
      await visitor.signIn(editor.email);
      await visitor.go('/data/airports/new');
      await box(visitor.page, 'Name').fill('Half');
      return visitor;
    }

    test('a new item that is half typed is there again after the page was loaded anew, which the browser asks about, and after Back', async () => {
      await using visitor = await writing();
      const { page } = visitor;
      const asked = questions(page);
      await page.reload();
      await restored(page).waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('Half');
      expect(asked).toEqual(['beforeunload']);
      await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Runs' }).click();
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      await page.getByText('What you typed is kept').waitFor();
      await page.goBack();
      await restored(page).waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('Half');
      await button(page, 'Start over').click();
      expect(await box(page, 'Name').inputValue()).toBe('');
      await page.reload();
      await box(page, 'Name').waitFor();
      expect([await box(page, 'Name').inputValue(), asked]).toEqual(['', ['beforeunload']]);
      expect(visitor.troubles).toEqual([]);
    });

    test('what was created or given up is not there again, and nobody is asked about it', async () => {
      await using visitor = await writing();
      const { page } = visitor;
      const asked = questions(page);
      await button(page, 'Cancel').click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
      await visitor.go('/data/airports/new');
      expect(await box(page, 'Name').inputValue()).toBe('');
      const iata = `U${randomUUID().slice(0, 7)}`;
      for (const [name, text] of [
        ['IATA', iata],
        ['Name', 'Whole'],
        ['Country', 'USA'],
        ['Latitude', '1'],
        ['Longitude', '2'],
      ] as const)
        await box(page, name).fill(text);
      await button(page, 'Create the airport').click();
      await page.getByRole('heading', { level: 1, name: `${iata} · Whole` }).waitFor();
      await visitor.go('/data/airports/new');
      expect([await box(page, 'Name').inputValue(), asked]).toEqual(['', []]);
    });

    test('an item that is half changed is so again after Back, over the version it was begun on', async () => {
      const input = { iata: `V${randomUUID().slice(0, 7)}`, name: 'First', country: 'USA' };
      const { data } = await owner.ask<{ createAirport: { id: string } }>(
        'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }',
        { input: { ...input, latitude: 1, longitude: 2 } },
      );
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      await visitor.signIn(editor.email);
      await visitor.go(`/data/airports/${data.createAirport.id}`);
      await button(page, 'Edit').click();
      await box(page, 'City').fill('My city');
      await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Runs' }).click();
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      await owner.ask(
        'mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id } }',
        { id: data.createAirport.id, input: { city: 'Their city' } },
      );
      await page.goBack();
      await restored(page).waitFor();
      expect(await box(page, 'City').inputValue()).toBe('My city');
      await button(page, 'Save the changes').click();
      await page.getByRole('dialog', { name: 'Somebody was faster' }).waitFor();
    });

    test('a tab whose session ended or was begun anew elsewhere has what was typed for the same person, and for no other', async () => {
      await using visitor = await writing();
      const { page } = visitor;
      const other = await visitor.newTab();
      await other.goto(`${url}/studio/account`);
      // As after any sign-in: this tab begins anew with it.
      const isNew = page.waitForEvent('domcontentloaded');
      await other.evaluate(() => new BroadcastChannel('tributary.session').postMessage('changed'));
      await isNew;
      await restored(page).waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('Half');
      await page.context().clearCookies();
      await other.evaluate(() => new BroadcastChannel('tributary.session').postMessage('changed'));
      await signInHere(page, editor.email);
      await restored(page).waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('Half');
      await page.context().clearCookies();
      await other.evaluate(() => new BroadcastChannel('tributary.session').postMessage('changed'));
      await signInHere(page, owner.email);
      await box(page, 'Name').waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('');
    });

    test('who signs out in one tab leaves nothing typed behind in the other', async () => {
      await using visitor = await writing();
      const { page } = visitor;
      const other = await visitor.newTab();
      await other.goto(`${url}/studio/account`);
      await other.getByRole('button', { name: 'Sign out' }).first().click();
      await signInHere(page, editor.email);
      await box(page, 'Name').waitFor();
      expect(await box(page, 'Name').inputValue()).toBe('');
    });

    test('the input of a job is kept over a new document too', async () => {
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      const asked = questions(page);
      await visitor.signIn(editor.email);
      await visitor.go('/runs');
      await button(page, 'Start a job').click();
      await page.getByRole('textbox', { name: 'Input' }).fill('{"file": "half');
      await page.reload();
      await button(page, 'Start a job').click();
      await restored(page).waitFor();
      expect(await page.getByRole('textbox', { name: 'Input' }).inputValue()).toBe('{"file": "half');
      expect(asked).toEqual(['beforeunload']);
    });

    test('what is chosen in the dialogs of keys, members, webhooks and limits is kept over a new document too', async () => {
      const limit = 'mutation { limitQueue(name: "kept", limits: { concurrency: 3 }) { name } }';
      expect((await workspace.owner.ask(limit, {})).errors).toEqual([]);
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      questions(page);
      await visitor.signIn(workspace.owner.email);
      for (const [path, opens, field, text] of [
        ['/keys', 'New API key', 'Name', 'A key to come'],
        ['/members', 'Invite a member', 'E-mail', 'somebody@example.org'],
        ['/runs/triggers', 'New webhook', 'Name', 'A hook to come'],
        ['/runs/queues', 'Limits of kept', 'Span of starts', '17'],
      ] as const) {
        await visitor.go(path);
        const typed = page.getByRole('dialog').getByLabel(field).first();
        await page.getByRole('button', { name: opens }).first().click();
        await typed.fill(text);
        await page.reload();
        await page.getByRole('button', { name: opens }).first().click();
        await restored(page).waitFor();
        expect(await typed.inputValue()).toBe(text);
        await button(page, 'Cancel').click();
      }
    });

    test('a run whose answer was lost is not started again by who finds its input in the tab', async () => {
      const person = await newMember(url, workspace, 'EDITOR');
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      questions(page);
      await visitor.signIn(person.email);
      await visitor.go('/runs');
      await button(page, 'Start a job').click();
      await page.getByRole('combobox', { name: 'Job' }).last().selectOption('import-dataset');
      const input = page.getByRole('textbox', { name: 'Input' });
      await input.fill(JSON.stringify({ file: randomUUID(), model: 'Airport' }));
      const runs: unknown[] = [];
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('EnqueueJob')) return route.continue();
        const answer = await route.fetch();
        runs.push((await answer.json()).data.enqueueJob.run.id);
        return runs.length === 1 ? route.abort() : route.fulfill({ response: answer });
      });
      await button(page, 'Start').click();
      await page.getByText('The gateway cannot be reached.').waitFor();
      await page.reload();
      await button(page, 'Start a job').click();
      await restored(page).waitFor();
      await button(page, 'Start').click();
      await page.getByRole('heading', { level: 1, name: 'import-dataset' }).waitFor();
      expect(runs).toEqual([runs[0], runs[0]]);
    });

    test('what is typed in a tab that was duplicated is created beside what the other creates', async () => {
      await using visitor = await writing();
      const { page } = visitor;
      const opened = page.waitForEvent('popup');
      await page.evaluate(() => {
        open(location.href);
      });
      const twin = await opened;
      const created = async (tab: Page, presses: number): Promise<string> => {
        const iata = `D${randomUUID().slice(0, 7)}`;
        for (const [name, text] of [
          ['IATA', iata],
          ['Name', 'Twin'],
          ['Country', 'USA'],
          ['Latitude', '1'],
          ['Longitude', '2'],
        ] as const)
          await box(tab, name).fill(text);
        for (let press = 1; press < presses; press += 1) {
          await button(tab, 'Create the airport').click();
          await tab.getByText('was created from this form before, with other values').waitFor();
        }
        await button(tab, 'Create the airport').click();
        await tab.getByRole('heading', { level: 1, name: `${iata} · Twin` }).waitFor();
        return tab.url();
      };
      await restored(twin).waitFor();
      expect(await created(page, 1)).not.toBe(await created(twin, 2));
    });

    test('the explorer leads to the sign-in when the session was ended elsewhere, and has what was typed there after it', async () => {
      const person = await newMember(url, workspace, 'EDITOR');
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      await visitor.signIn(person.email);
      await visitor.go('/explorer');
      const typed = page.locator('.graphiql-query-editor');
      await typed.locator('.view-line').first().click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.type('# half typed\n');
      await typed.getByText('# half typed').waitFor();
      const password = `${demoPassword}, changed`;
      const { errors } = await person.ask(
        'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { ... on PasswordChanged { endedSessions } } }',
        { input: { currentPassword: demoPassword, newPassword: password } },
      );
      expect(errors).toEqual([]);
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await signInHere(page, person.email, password);
      await typed.getByText('# half typed').waitFor();
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await page.getByText('totalCount').nth(1).waitFor();
    });

    async function signInHere(page: Page, email: string, password = demoPassword): Promise<void> {
      await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
      await page.getByLabel('Password').fill(password);
      await button(page, 'Sign in').click();
    }
  },
);

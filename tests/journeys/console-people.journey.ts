import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

describe.skipIf(noBrowser !== undefined)(`who uses the console${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('a wrong password is said to be wrong, beside the form', async () => {
    await using somebody = await visit(browser, url);
    const { page } = somebody;
    await page.goto(url);
    await page.getByRole('textbox', { name: 'E-mail' }).fill('viewer@demo.local');
    await page.getByLabel('Password').fill('wrong horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/wrong/i);
  });

  test('a viewer is shown no way to what is refused, and told why where they find it nevertheless', async () => {
    await using viewer = await visit(browser, url);
    const { page } = viewer;
    await viewer.walkInAs('Viewer');
    const ways = await page.getByRole('navigation', { name: 'Console' }).getByRole('link').allInnerTexts();
    expect(ways.join()).not.toMatch(/Audit|Members|keys|events/);
    expect(await page.getByRole('link', { name: 'New airport' }).count()).toBe(0);
    await page.getByRole('gridcell').nth(2).dblclick();
    expect(await page.getByRole('grid').getByRole('textbox').count()).toBe(0);
    await viewer.go('/audit');
    expect(await page.getByRole('alert').textContent()).toMatch(/FORBIDDEN/);
    expect(await page.getByRole('alert').textContent()).toMatch(/Ask an owner or admin/);
  });

  test('an owner reads what happened, latest first, and narrows it down by what, whom and when', async () => {
    await using owner = await visit(browser, url);
    const { page } = owner;
    await owner.walkInAs('Owner');
    await owner.turnTo('/audit');
    const rows = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^Details of/ }) });
    await rows.first().waitFor();
    const shown = async (): Promise<readonly string[]> => [
      ...new Set(await rows.locator('td:nth-child(2)').allTextContents()),
    ];
    // The key of the demo's partner is made once; sessions are started all the time.
    for (const type of ['identity.api_key.created', 'identity.session.started']) {
      await page.getByRole('combobox', { name: 'What happened' }).selectOption(type);
      await expect.poll(shown, { timeout: 15_000 }).toEqual([type]);
    }
    const subject = page.getByRole('textbox', { name: 'Subject' });
    await subject.fill('Airport/nobody');
    await subject.press('Enter');
    await page.getByText('No entries match').waitFor();
    await subject.fill('');
    await subject.press('Enter');
    await rows.first().waitFor();
    await page.getByLabel('Until').fill('2020-01-01T00:00');
    await page.getByText('No entries match').waitFor();
    await page.getByLabel('Until').fill('');
    await page.getByLabel('From').fill('2020-01-01T00:00');
    await rows.first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(owner.troubles).toEqual([]);
  });

  test('the session outlives a reload, is there in the next tab, and ends in all tabs at once', async () => {
    await using editor = await visit(browser, url);
    const { page } = editor;
    await editor.walkInAs('Editor');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
    const second = await editor.newTab();
    await second.goto(`${url}/studio/data/flights`);
    await second.getByRole('heading', { level: 1, name: 'Flights' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in to Tributary' }).waitFor();
    await second.getByRole('heading', { level: 1, name: 'Sign in to Tributary' }).waitFor();
  });

  test('scripts of the page find no token to take away', async () => {
    await using editor = await visit(browser, url);
    await editor.walkInAs('Editor');
    const found = await editor.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, Object.keys(window)]),
    );
    expect(found).not.toMatch(/eyJ|trb_|refresh/i);
  });

  test('somebody makes a workspace of their own, and everything in it is theirs and empty', async () => {
    await using somebody = await visit(browser, url);
    const { page } = somebody;
    await page.goto(url);
    await page.getByRole('button', { name: 'Make an account' }).click();
    const id = Date.now();
    await page.getByRole('textbox', { name: 'Name' }).fill('Nora');
    await page.getByRole('textbox', { name: 'E-mail' }).fill(`nora-${id}@example.com`);
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByText('You belong to no workspace yet').waitFor();
    await page.getByRole('button', { name: 'Make a workspace' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(`Nora ${id}`);
    await page.getByRole('button', { name: 'Make it and go there' }).click();
    await page.getByText('No airports yet').waitFor();
    expect(await page.getByRole('button', { name: new RegExp(`Nora ${id}`) }).textContent()).toContain(
      'Owner',
    );
  });

  test('who works elsewhere sees who invites them, and what they declined does not come back', async () => {
    const guest = await newWorkspace(url);
    const hosts = [await newWorkspace(url), await newWorkspace(url)];
    for (const { owner } of hosts)
      await owner.ask('mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }', {
        input: { email: guest.owner.email, role: 'EDITOR' },
      });
    const [declined, entered] = hosts.map(({ slug }) => slug);
    await using visitor = await visit(browser, url);
    const { page } = visitor;
    await visitor.signIn(guest.owner.email);
    await page.getByRole('button', { name: /2 invitations/ }).click();
    const waiting = page.getByRole('list', { name: 'Invitations' }).getByRole('listitem');
    await page.getByRole('button', { name: `Decline the invitation to ${declined}` }).click();
    await expect.poll(() => waiting.count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /1 invitation/ }).click();
    await page.getByRole('button', { name: `Enter ${entered}` }).waitFor();
    expect(await waiting.count()).toBe(1);
    await page.keyboard.press('Escape');
    await visitor.turnTo('/account');
    await page.getByRole('button', { name: `Enter ${entered}` }).click();
    await page.getByRole('button', { name: new RegExp(`${entered}.*Editor`) }).waitFor();
    expect(visitor.troubles).toEqual([]);
  });
});

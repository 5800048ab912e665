import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

/** Every page that asks the graph for what it shows. */
const asking = [
  '/data/airports',
  '/data/airports/0192e1a0-0000-7000-8000-000000000001',
  '/data/flightNotes',
  '/files',
  '/files/folder/0192e1a0-0000-7000-8000-000000000001',
  '/files/0192e1a0-0000-7000-8000-000000000001',
  '/files/trash',
  '/metrics',
  '/metrics/ranking',
  '/metrics/funnels',
  '/metrics/retention',
  '/runs',
  '/runs/0192e1a0-0000-7000-8000-000000000001',
  '/runs/schedules',
  '/runs/triggers',
  '/runs/dead-letters',
  '/runs/queues',
  '/predictions',
  '/sql',
  '/tour',
  '/audit',
  '/members',
  '/keys',
];

const outageCode = 'SUBGRAPH_UNAVAILABLE';
const advice = 'Wait a moment, then ask again.';
const outageOf = (part: string) => ({
  data: null,
  errors: [{ message: `${part} is away.`, extensions: { code: outageCode, advice, retryable: true } }],
});

/** Answers the operations that `answerOf` has an answer for, in the place of the graph. */
async function answerInstead(page: Page, answerOf: (operation: string) => object | undefined): Promise<void> {
  await page.route(`${url}/graphql`, async (route) => {
    const body: { readonly operationName?: string } = JSON.parse(route.request().postData() ?? '{}');
    const answer = answerOf(body.operationName ?? '');
    if (answer === undefined) await route.continue();
    else await route.fulfill({ json: answer });
  });
}

describe.skipIf(noBrowser !== undefined)(
  `what is refused, in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test('where the graph has nothing but a refusal, every page shows its code and what to do, and works again after it', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      const answered = new Set(['Start', 'SignIn', 'Viewer', 'DataModels']);
      // The alert of the page before may still be there when this one's begins: each tells of its own.
      let asked = '/data/airports';
      await answerInstead(page, (operation) => (answered.has(operation) ? undefined : outageOf(asked)));
      await owner.walkInAs('Owner');
      for (const path of asking) {
        asked = path;
        await owner.turnTo(path);
        const said = async () => (await page.getByRole('alert').allTextContents()).join(' ');
        const whole = `${path} is away.${advice}${outageCode}`;
        await expect.poll(said, { timeout: 20_000 }).toContain(whole);
        expect(await page.getByText(/No .+ yet|Nothing is here|No such|No runs/).count()).toBe(0);
      }
      await page.unroute(`${url}/graphql`);
      await page.getByRole('button', { name: 'Try again' }).click();
      await owner.turnTo('/data/airports');
      await page.getByRole('gridcell').first().waitFor();
      expect(owner.troubles).toEqual([]);
    });

    test('where even the models cannot be asked for, the data pages say so, and ask again by themselves', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await answerInstead(page, (operation) =>
        operation === 'DataModels' ? outageOf('The list of models') : undefined,
      );
      await page.goto(url);
      await page.getByRole('button', { name: 'Owner', exact: true }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain(advice);
      await page.unroute(`${url}/graphql`);
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
      expect(owner.troubles).toEqual([]);
    });

    test('a fault of the console’s own is said in words for its reader, and stays behind when they go on', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await answerInstead(page, (operation) =>
        operation === 'Members' ? { data: { members: { nodes: null } } } : undefined,
      );
      await page.getByRole('link', { name: 'Members' }).click();
      await page.getByRole('alert').waitFor();
      const said = await page.getByRole('alert').textContent();
      expect(said).toMatch(/This part of the console has failed.*CONSOLE_FAULT/s);
      expect(said).not.toMatch(/TypeError|null|undefined/);
      await page.getByRole('link', { name: 'API keys' }).click();
      await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    test('what nobody has at an address is said to be nowhere, whatever its id looks like', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      const absent = {
        '/data/airports/not-id': 'No such airport',
        '/data/airports/0192e1a0-0000-7000-8000-000000000001': 'No such airport',
        '/files/xx': 'No such file',
        '/files/0192e1a0-0000-7000-8000-000000000001': 'No such file',
        '/files/folder/xx': 'No such folder',
        '/runs/xx': 'No such run',
        '/data/nope': 'There is no such page',
        '/metrics/nope': 'There is no such page',
        '/tour/further/down': 'There is no such page',
      };
      for (const [path, title] of Object.entries(absent)) {
        await owner.turnTo(path);
        const heading = async () => [path, await page.getByRole('heading', { level: 1 }).textContent()];
        await expect.poll(heading, { timeout: 20_000 }).toEqual([path, title]);
        expect(await page.getByRole('alert').count()).toBe(0);
      }
      expect(owner.troubles).toEqual([]);
    });

    test('an unknown address of the console is answered 404 with the console’s own page, known ones 200', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      expect((await page.goto(`${url}/studio/nope`))?.status()).toBe(404);
      await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
      for (const path of ['', ...asking]) {
        const { status } = await fetch(`${url}/studio${path || '/'}`);
        expect([path, status]).toEqual([path, 200]);
      }
    });

    test('a viewer is told before they fill in a form that it would be refused, and offered no way to manage others', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      await viewer.turnTo('/data/airports/new');
      await page.getByText('Your role does not create airports').waitFor();
      expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
      for (const path of ['/members', '/keys', '/audit']) {
        await viewer.turnTo(path);
        expect(await page.getByRole('alert').textContent()).toMatch(
          /FORBIDDEN|Ask an owner or admin of the workspace/,
        );
        expect(await page.getByRole('button', { name: /Invite a member|New API key/ }).count()).toBe(0);
      }
      expect(viewer.troubles).toEqual([]);
    });
  },
);

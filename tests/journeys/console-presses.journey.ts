import { randomUUID } from 'node:crypto';
import { eventually } from '@tributary/test-kit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newMember, newWorkspace, type Workspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

const nobodysFile = '0192e1a0-0000-7000-8000-000000000009';
const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Before the next picture is drawn. */
const pressTwice = (control: Locator): Promise<void> =>
  control.evaluate((element: HTMLButtonElement) => {
    element.click();
    element.click();
  });

/** The names of the operations that the page sent. */
function sent(page: Page): readonly string[] {
  const names: string[] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql') || request.method() !== 'POST') return;
    const { operationName } = request.postDataJSON() as { operationName?: string };
    if (operationName !== undefined) names.push(operationName);
  });
  return names;
}

describe.skipIf(noBrowser !== undefined)(
  `presses and pages in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 90_000 },
  () => {
    let browser: Browser;
    let workspace: Workspace;
    beforeAll(async () => {
      browser = await openBrowser();
      workspace = await newWorkspace(url);
    });
    afterAll(() => browser?.close());

    async function entered(path: string): Promise<Visit> {
      const visitor = await visit(browser, url);
      await visitor.signIn(workspace.owner.email);
      await visitor.go(path);
      return visitor;
    }

    async function made(field: string, type: string, input: object): Promise<string> {
      const { data, errors } = await workspace.owner.ask<{ item: { id: string } }>(
        `mutation ($input: ${type}!) { item: ${field}(input: $input) { ${field === 'createHook' ? 'hook { id }' : 'id'} } }`,
        { input },
      );
      expect(errors).toEqual([]);
      return data.item.id;
    }

    test('what is pressed twice at once is done once: a run anew, a new secret', async () => {
      const { ask } = workspace.owner;
      const { data } = await ask<{ enqueueJob: { run: { id: string } } }>(
        'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
        { input: { job: 'import-dataset', input: { file: nobodysFile, model: 'Airport' }, maxAttempts: 1 } },
      );
      const { id } = data.enqueueJob.run;
      await using visitor = await entered(`/runs/${id}`);
      const { page } = visitor;
      const names = sent(page);
      await button(page, 'Run anew').waitFor();
      await pressTwice(button(page, 'Run anew'));
      await eventually(() => expect(page.url()).not.toContain(id));
      await made('createHook', 'CreateHookInput', { name: 'Called', job: 'import-dataset' });
      await visitor.turnTo('/runs/triggers');
      await pressTwice(page.getByRole('button', { name: 'New secret for Called' }));
      await page.getByTestId('secret').waitFor();
      expect(names.filter((name) => name === 'ReplayRun' || name === 'RotateHookSecret')).toEqual([
        'ReplayRun',
        'RotateHookSecret',
      ]);
    });

    test('a form that is sent twice at once is sent once: a run, a schedule', async () => {
      await using visitor = await entered('/runs');
      const { page } = visitor;
      const names = sent(page);
      const sendTwice = (): Promise<void> =>
        page
          .getByRole('dialog')
          .getByRole('textbox', { name: 'Input' })
          .evaluate((field: HTMLTextAreaElement) => {
            field.form?.requestSubmit();
            field.form?.requestSubmit();
          });
      await button(page, 'Start a job').click();
      await page.getByRole('combobox', { name: 'Job' }).last().selectOption('import-dataset');
      await page
        .getByRole('textbox', { name: 'Input' })
        .fill(JSON.stringify({ file: nobodysFile, model: 'Airport' }));
      await sendTwice();
      await page.getByRole('heading', { level: 1, name: 'import-dataset' }).waitFor();
      await visitor.turnTo('/runs/schedules');
      await button(page, 'New schedule').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Once');
      await dialog.getByRole('combobox', { name: 'Job' }).selectOption('import-dataset');
      await dialog
        .getByRole('textbox', { name: 'Input' })
        .fill(JSON.stringify({ file: nobodysFile, model: 'Airport' }));
      await sendTwice();
      await page.getByText('Once is scheduled.').waitFor();
      expect(names.filter((name) => name === 'EnqueueJob' || name === 'CreateSchedule')).toEqual([
        'EnqueueJob',
        'CreateSchedule',
      ]);
      expect(visitor.troubles).toEqual([]);
    });

    test('a second press before the list has come again is made over what the first one left: a schedule, a queue', async () => {
      const { ask } = workspace.owner;
      const id = await made('createSchedule', 'CreateScheduleInput', {
        ...{ name: 'Toggled', job: 'import-dataset', cron: '0 3 * * *' },
        input: { file: nobodysFile, model: 'Airport' },
      });
      const limit = 'mutation { limitQueue(name: "toggled", limits: { concurrency: 3 }) { name } }';
      expect((await ask(limit, {})).errors).toEqual([]);
      await using visitor = await entered('/runs/schedules');
      const { page } = visitor;
      await page.getByRole('button', { name: 'Pause Toggled' }).waitFor();
      let held = true;
      await page.route('**/graphql', async (route) => {
        const { operationName } = route.request().postDataJSON() as { operationName?: string };
        if (operationName === 'Schedules' || operationName === 'Queues')
          await eventually(() => expect(held).toBe(false), { timeoutMs: 60_000 });
        await route.continue();
      });
      await page.getByRole('button', { name: 'Pause Toggled' }).click();
      await page.getByRole('button', { name: 'Resume Toggled' }).click();
      await page.getByRole('button', { name: 'Pause Toggled' }).waitFor();
      const now = await ask<object>('query ($id: ID!) { schedule(id: $id) { enabled version } }', { id });
      expect(now.data).toEqual({ schedule: { enabled: true, version: 3 } });
      held = false;
      await visitor.turnTo('/runs/queues');
      await page.getByRole('button', { name: 'Pause toggled' }).waitFor();
      held = true;
      await page.getByRole('button', { name: 'Pause toggled' }).click();
      await page.getByRole('button', { name: 'Resume toggled' }).click();
      await page.getByRole('button', { name: 'Pause toggled' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      held = false;
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    });

    test('what somebody else changed meanwhile is not written over: a schedule, a queue', async () => {
      const { ask } = workspace.owner;
      const id = await made('createSchedule', 'CreateScheduleInput', {
        name: 'Shared',
        job: 'import-dataset',
        cron: '0 3 * * *',
        input: { file: nobodysFile, model: 'Airport' },
      });
      await using visitor = await entered('/runs/schedules');
      const { page } = visitor;
      await page.getByRole('button', { name: 'Change Shared' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'When' }).fill('0 5 * * *');
      const change =
        'mutation ($id: ID!, $input: UpdateScheduleInput!) { updateSchedule(id: $id, input: $input) { id } }';
      expect((await ask(change, { id, input: { cron: '0 4 * * *' } })).errors).toEqual([]);
      await button(dialog, 'Save the changes').click();
      await dialog.getByRole('alert').filter({ hasText: 'VERSION_CONFLICT' }).waitFor();
      const kept = await ask<{ schedule: unknown }>('query ($id: ID!) { schedule(id: $id) { cron } }', {
        id,
      });
      expect(kept.data).toEqual({ schedule: { cron: '0 4 * * *' } });
      const limit =
        'mutation ($limits: QueueLimitsInput!) { limitQueue(name: "shared", limits: $limits) { name } }';
      expect((await ask(limit, { limits: { concurrency: 3 } })).errors).toEqual([]);
      await button(dialog, 'Cancel').click();
      await visitor.turnTo('/runs/queues');
      await page.getByRole('button', { name: 'Limits of shared' }).click();
      await dialog.getByRole('spinbutton', { name: /^At a time(?!,)/ }).fill('9');
      expect((await ask(limit, { limits: { concurrency: 4 } })).errors).toEqual([]);
      await button(dialog, 'Save the limits').click();
      await dialog.getByRole('alert').filter({ hasText: 'VERSION_CONFLICT' }).waitFor();
    });

    test('Back from an item leads to the page of the list it was on, which has an address to be sent', async () => {
      const { ask, email } = await newMember(url, workspace, 'EDITOR');
      const input = Array.from({ length: 120 }, (_, at) => ({
        iata: `P${String(at).padStart(3, '0')}${randomUUID().slice(0, 4)}`,
        name: `Airport ${String(at).padStart(3, '0')}`,
        country: 'USA',
        latitude: 1,
        longitude: 2,
      }));
      const many = 'mutation ($input: [AirportInput!]!) { createAirports(input: $input) { __typename } }';
      expect((await ask(many, { input })).errors).toEqual([]);
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      await visitor.signIn(email);
      await visitor.go('/data/airports?sort=name');
      await page.getByText('Airport 000').waitFor();
      await button(page, 'Next page').click();
      await page.getByText('Airport 050').waitFor();
      await button(page, 'Next page').click();
      await page.getByText('Airport 110').waitFor();
      await page.getByText('Page 3').waitFor();
      const third = page.url();
      await page.getByRole('row').filter({ hasText: 'Airport 110' }).getByRole('link').first().click();
      await page.getByRole('heading', { level: 1, name: /Airport 110$/ }).waitFor();
      await page.goBack();
      await page.getByText('Airport 110').waitFor();
      await page.getByText('Page 3').waitFor();
      await page.reload();
      await page.getByText('Airport 110').waitFor();
      await button(page, 'Previous page').click();
      await page.getByText('Airport 050').waitFor();
      await page.getByText('Page 2').waitFor();
      await page.goto(third);
      await page.getByText('Airport 110').waitFor();
      // Where one came by the address alone, what was before is not known; its beginning is.
      await button(page, 'First page').click();
      await page.getByText('Airport 000').waitFor();
      await button(page, 'Next page').click();
      await page.getByText('Airport 050').waitFor();
      await page.getByRole('columnheader', { name: 'IATA' }).getByRole('button').first().click();
      await page.getByText('Page 1').waitFor();
      expect(visitor.troubles).toEqual([]);
    });

    test('live events are told to who does not look, a few words at a time', async () => {
      await using visitor = await entered('/events');
      const { page } = visitor;
      await page.getByText('Live', { exact: true }).waitFor();
      const heard = page.getByRole('status', { name: 'New events' });
      await heard.waitFor({ state: 'attached' });
      await page.evaluate(() => {
        const told: string[] = [];
        const region = document.querySelector('[role="status"][aria-label="New events"]');
        if (region === null) throw new Error('there is a region');
        new MutationObserver(() => told.push(region.textContent ?? '')).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
        Object.assign(globalThis, { told });
      });
      for (let at = 0; at < 5; at += 1)
        await made('createAirport', 'AirportInput', {
          iata: `L${randomUUID().slice(0, 7)}`,
          name: `Live ${at}`,
          country: 'USA',
          latitude: 1,
          longitude: 2,
        });
      const told = (): Promise<readonly string[]> =>
        page.evaluate(() => (globalThis as unknown as { told: string[] }).told.filter((text) => text !== ''));
      await eventually(
        async () => {
          const counts = (await told()).map((text) =>
            Number(/^(\d+|One)/.exec(text)?.[0].replace('One', '1')),
          );
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
        },
        { timeoutMs: 20_000 },
      );
      const texts = await told();
      expect(texts.length).toBeLessThanOrEqual(3);
      expect(texts.at(-1)).toContain('data.record.created');
      expect(texts.at(-1)).toContain('Airport');
    });
  },
);

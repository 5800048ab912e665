import { eventually } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

/** A job that fails at once and for good: there is no such file. */
const hopeless = (file: string): object => ({
  job: 'import-dataset',
  input: { file: `0192e1a0-0000-7000-8000-00000000000${file}`, model: 'Airport' },
});

describe.skipIf(noBrowser !== undefined)(
  `jobs in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 90_000 },
  () => {
    let browser: Browser;
    let owner: Newcomer;
    let viewer: Newcomer;
    let visitor: Visit;
    beforeAll(async () => {
      const workspace = await newWorkspace(url);
      owner = workspace.owner;
      viewer = await newMember(url, workspace, 'VIEWER');
      browser = await openBrowser();
      visitor = await visit(browser, url);
      await visitor.signIn(owner.email);
    });
    afterAll(async () => {
      await visitor?.[Symbol.asyncDispose]();
      await browser?.close();
    });

    async function enqueued(steps: readonly object[]): Promise<readonly string[]> {
      const { data, errors } = await owner.ask<{ enqueueDag: { id: string }[] }>(
        'mutation ($steps: [DagStepInput!]!) { enqueueDag(steps: $steps) { id } }',
        { steps },
      );
      expect(errors).toEqual([]);
      return data.enqueueDag.map(({ id }) => id);
    }

    async function stateOf(id: string): Promise<{ state: string; startedAt: string | null }> {
      const { data } = await owner.ask<{ run: { state: string; startedAt: string | null } }>(
        'query ($id: ID!) { run(id: $id) { state startedAt } }',
        { id },
      );
      return data.run;
    }

    const failed = (ids: readonly string[]): Promise<void> =>
      eventually(
        async () => {
          for (const id of ids) expect((await stateOf(id)).state).toBe('FAILED');
        },
        { timeoutMs: 60_000 },
      );

    test('the whole graph of a run is drawn, leads from run to run, and moves as they move', async () => {
      const { page } = visitor;
      await owner.ask('mutation { pauseQueue(name: "graph") { name } }');
      const job = { ...hopeless('1'), queue: 'graph' };
      const [first = ''] = await enqueued([
        { name: 'load', job },
        { name: 'repair', job, dependsOn: [{ step: 'load', condition: 'FAILURE' }] },
        { name: 'report', job, dependsOn: [{ step: 'load', condition: 'SUCCESS' }] },
      ]);
      await visitor.turnTo(`/runs/${first}`);
      const graph = page.getByRole('region', { name: 'Graph of runs' });
      await graph.getByRole('link', { name: /^import-dataset held/ }).waitFor();
      expect(await graph.getByRole('listitem').count()).toBe(3);
      await page.getByText('Live', { exact: true }).waitFor();
      await owner.ask('mutation { resumeQueue(name: "graph") { name } }');
      await graph
        .getByRole('link', { name: /skipped.*after the success of import-dataset/ })
        .waitFor({ timeout: 60_000 });
      await graph
        .getByRole('link', { name: /failed.*if it fails: import-dataset/ })
        .waitFor({ timeout: 60_000 });
      await graph.getByRole('link', { name: /skipped/ }).focus();
      await page.keyboard.press('Enter');
      await eventually(() => expect(page.url()).not.toContain(first));
      await graph.locator('[aria-current="page"]').filter({ hasText: 'skipped' }).waitFor();
      expect(visitor.troubles).toEqual([]);
    });

    test('dead letters are found by their job, chosen, and driven again together', async () => {
      const { page } = visitor;
      const queue = 'letters';
      const ids = await enqueued(
        [2, 3].map((file) => ({ name: `s${file}`, job: { ...hopeless(String(file)), queue } })),
      );
      await failed(ids);
      const before = await Promise.all(ids.map(stateOf));
      await visitor.turnTo('/runs/dead-letters?job=import-dataset&queue=letters');
      await page.getByText('2 on this page').waitFor();
      expect(await page.getByRole('cell', { name: /NOT_FOUND/ }).count()).toBe(2);
      await page.getByRole('checkbox', { name: 'Choose all on this page' }).check();
      await page.getByRole('button', { name: 'Drive 2 runs again' }).click();
      await page.getByText('2 runs go on from where they were.').waitFor();
      await eventually(
        async () => {
          for (const [index, id] of ids.entries())
            expect((await stateOf(id)).startedAt).not.toBe(before[index]?.startedAt);
        },
        { timeoutMs: 60_000 },
      );
      expect(visitor.troubles).toEqual([]);
    });

    test('a schedule is made, says when it ticks, is paused, resumed and deleted', async () => {
      const { page } = visitor;
      await visitor.turnTo('/runs/schedules');
      await page.getByText('Nothing is scheduled').waitFor();
      await page.getByRole('button', { name: 'New schedule' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Nightly');
      await dialog.getByRole('combobox', { name: 'Job' }).selectOption('import-dataset');
      await dialog.getByRole('combobox', { name: 'When' }).fill('61 3 * * *');
      await dialog.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
      await dialog
        .getByRole('textbox', { name: 'Input' })
        .fill(JSON.stringify({ file: '0192e1a0-0000-7000-8000-000000000009', model: 'Airport' }));
      await dialog.getByRole('button', { name: 'Schedule it' }).click();
      await dialog.getByRole('alert').filter({ hasText: 'BAD_USER_INPUT' }).waitFor();
      await dialog.getByRole('combobox', { name: 'When' }).fill('30 3 * * *');
      await dialog.getByRole('button', { name: 'Schedule it' }).click();
      const row = page.getByRole('row').filter({ hasText: 'Nightly' });
      await row.waitFor();
      expect(await row.getByRole('listitem').count()).toBe(3);
      await row.getByRole('button', { name: 'Pause Nightly' }).click();
      await row.getByText('paused').waitFor();
      expect(await schedules()).toEqual([
        { name: 'Nightly', cron: '30 3 * * *', timeZone: 'Europe/Berlin', enabled: false },
      ]);
      await row.getByRole('button', { name: 'Resume Nightly' }).click();
      await row.getByRole('listitem').first().waitFor();
      await row.getByRole('button', { name: 'Delete Nightly' }).click();
      await page.getByRole('button', { name: 'Delete the schedule' }).click();
      await page.getByText('Nothing is scheduled').waitFor();
      expect(await schedules()).toEqual([]);
      // The refused expression is an answer of status 400, which browsers call an error.
      expect(visitor.troubles.filter((trouble) => !trouble.includes('400'))).toEqual([]);
    });

    async function schedules(): Promise<unknown> {
      const { data } = await owner.ask<{ schedules: { nodes: unknown } }>(
        '{ schedules { nodes { name cron timeZone enabled } } }',
      );
      return data.schedules.nodes;
    }

    test('an event starts a job by a trigger, and a webhook has its secret shown once', async () => {
      const { page } = visitor;
      await visitor.turnTo('/runs/triggers');
      await page.getByText('No event starts a job').waitFor();
      await page.getByRole('button', { name: 'New trigger' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Upon airports');
      await dialog.getByRole('combobox', { name: 'Job' }).selectOption('import-dataset');
      await dialog.getByRole('combobox', { name: 'Topic' }).selectOption('data.record');
      for (const type of ['data.record.updated', 'data.record.deleted'])
        await dialog.getByRole('checkbox', { name: type }).uncheck();
      await dialog.getByRole('textbox', { name: /^Subject/ }).fill('Airport/*');
      const input = { file: '0192e1a0-0000-7000-8000-000000000008', model: 'Airport' };
      await dialog.getByRole('textbox', { name: 'Input' }).fill(JSON.stringify(input));
      await dialog.getByRole('button', { name: 'Make the trigger' }).click();
      const row = page.getByRole('row').filter({ hasText: 'Upon airports' });
      await row.waitFor();
      await owner.ask('mutation ($input: AirportInput!) { createAirport(input: $input) { id } }', {
        input: { iata: 'TRG', name: 'Triggering', country: 'USA', latitude: 1, longitude: 2 },
      });
      await eventually(
        async () => {
          await page.reload();
          await row.getByText('once', { exact: true }).waitFor({ timeout: 3_000 });
        },
        { timeoutMs: 60_000 },
      );
      await row.getByRole('button', { name: 'Change Upon airports' }).click();
      await dialog.getByRole('checkbox', { name: 'data.record.updated' }).check();
      await dialog.getByRole('spinbutton', { name: 'Runs a minute' }).fill('7');
      await dialog.getByRole('button', { name: 'Add a condition' }).click();
      await dialog.getByRole('combobox', { name: 'What it says at' }).fill('data.fields');
      await dialog.getByRole('combobox', { name: 'Compares' }).selectOption('contains');
      await dialog.getByRole('textbox', { name: 'Text or JSON' }).fill('name');
      await dialog.getByRole('button', { name: 'Save the changes' }).click();
      await dialog
        .getByRole('alert')
        .filter({ hasText: 'No event of data.record shows data.fields' })
        .waitFor();
      await dialog.getByRole('combobox', { name: 'What it says at' }).fill('data.changed');
      await dialog.getByRole('button', { name: 'Save the changes' }).click();
      await row.getByText('data.changed contains "name"').waitFor();
      await row.getByText('data.record.created, data.record.updated').waitFor();
      const { data } = await owner.ask<{ triggers: { nodes: unknown } }>(
        '{ triggers { nodes { runsPerMinute conditions { path contains } input } } }',
      );
      expect(data.triggers.nodes).toEqual([
        { runsPerMinute: 7, conditions: [{ path: 'data.changed', contains: 'name' }], input },
      ]);
      await page.getByRole('button', { name: 'New webhook' }).click();
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Partner');
      await dialog.getByRole('button', { name: 'Make the webhook' }).click();
      const secret = await page.getByTestId('secret').textContent();
      expect(secret).toMatch(/^whsec_/);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page
        .getByRole('row')
        .filter({ hasText: 'Partner' })
        .getByText(/^\/hooks\//)
        .waitFor();
      expect(await page.content()).not.toContain(secret);
      // The refused condition is an answer of status 400, which browsers call an error.
      expect(visitor.troubles.filter((trouble) => !trouble.includes('400'))).toEqual([]);
    });

    test('a queue is limited, paused, drained and resumed, and a paused one says so where runs are looked at', async () => {
      const { page } = visitor;
      await visitor.turnTo('/runs/queues');
      await page.getByRole('button', { name: 'Set limits for a queue' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Queue' }).fill('heavy');
      await dialog.getByRole('spinbutton', { name: /^At a time optional/ }).fill('2');
      await dialog.getByRole('spinbutton', { name: /^Starts optional/ }).fill('30');
      await dialog.getByRole('button', { name: 'Save the limits' }).click();
      const queue = page.getByRole('listitem').filter({ hasText: 'heavy' });
      await queue.getByText('At most 2 at a time, 30 starts in 1 min.').waitFor();
      await queue.getByRole('button', { name: 'Pause heavy' }).click();
      await queue.getByText('paused', { exact: true }).waitFor();
      await visitor.turnTo('/runs');
      await page.getByText(/^Paused, so nothing of it starts:.*heavy/).waitFor();
      await visitor.turnTo('/runs/queues');
      await queue.getByRole('button', { name: 'Resume heavy' }).click();
      await queue.getByText('running', { exact: true }).waitFor();
      await queue.getByRole('button', { name: 'Drain heavy' }).click();
      await queue.getByText('draining', { exact: true }).waitFor();
      await queue.getByRole('button', { name: 'Resume heavy' }).click();
      await queue.getByText('running', { exact: true }).waitFor();
      await queue.getByRole('button', { name: 'Limits of heavy' }).click();
      await page
        .getByRole('dialog')
        .getByRole('spinbutton', { name: /^Starts optional/ })
        .fill('');
      await page.getByRole('button', { name: 'Save the limits' }).click();
      await queue.getByText('At most 2 at a time.').waitFor();
    });

    test('a viewer looks at all of it and is offered nothing', async () => {
      await using reader = await visit(browser, url);
      const { page } = reader;
      await reader.signIn(viewer.email);
      for (const path of ['/runs/schedules', '/runs/triggers', '/runs/dead-letters', '/runs/queues']) {
        await reader.turnTo(path);
        await page.getByRole('navigation', { name: 'Runs' }).waitFor();
        expect(
          await page
            .getByRole('button', {
              name: /schedule|trigger|webhook|Drive|Again|Pause|Resume|Drain|limits|Delete/i,
            })
            .count(),
        ).toBe(0);
      }
      expect(reader.troubles).toEqual([]);
    });
  },
);

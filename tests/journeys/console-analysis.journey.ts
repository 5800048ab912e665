import { readFile } from 'node:fs/promises';
import { eventually } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

const dayMs = 86_400_000;
const noon = Math.floor(Date.now() / dayMs) * dayMs - dayMs / 2;

/** `ada` looks, searches and books, and is back the next day; `bob` looks and searches; `eve` looks. */
const events = [
  ['ada', 'page.viewed', 0],
  ['ada', 'flight.searched', 1],
  ['ada', 'flight.booked', 2],
  ['bob', 'page.viewed', 0],
  ['bob', 'flight.searched', 3],
  ['eve', 'page.viewed', 5],
  ['ada', 'page.viewed', 10],
] as const;
const properties = {
  'page.viewed': { path: '=cmd()', loadMs: 120 },
  'flight.searched': { origin: 'ORD', destination: 'LAX', results: 3 },
  'flight.booked': { origin: 'ORD', destination: 'LAX', priceUsd: 99.5 },
};

describe.skipIf(noBrowser !== undefined)(
  `questions in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let owner: Newcomer;
    let viewer: Newcomer;
    let visitor: Visit;
    beforeAll(async () => {
      const workspace = await newWorkspace(url);
      owner = workspace.owner;
      viewer = await newMember(url, workspace, 'VIEWER');
      const { data } = await owner.ask<{ track: { status: string }[] }>(
        'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
        {
          events: events.map(([subject, name, minute]) => ({
            subject,
            name,
            properties: properties[name],
            time: new Date(noon - dayMs + minute * 60_000).toISOString(),
          })),
        },
      );
      expect(data.track.map(({ status }) => status)).toEqual(events.map(() => 'ACCEPTED'));
      browser = await openBrowser();
      visitor = await visit(browser, url, { acceptDownloads: true });
      await visitor.signIn(owner.email);
    });
    afterAll(async () => {
      await visitor?.[Symbol.asyncDispose]();
      await browser?.close();
    });

    test('a question in SQL is typed, completed and asked by keyboard, and its rows are taken as a file no spreadsheet runs', async () => {
      const { page } = visitor;
      await visitor.turnTo('/sql');
      const query = page.getByRole('textbox', { name: 'Query' });
      await query.fill('');
      await query.pressSequentially('SELECT path, count(*) AS views FROM page_v');
      await page.getByRole('option', { name: 'page_viewed' }).waitFor();
      await page.keyboard.press('Tab');
      await query.pressSequentially(' GROUP BY path');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('cell', { name: '=cmd()', exact: true }).waitFor();
      expect(await query.inputValue()).toBe('SELECT path, count(*) AS views FROM page_viewed GROUP BY path');
      expect(await page.getByRole('columnheader').allTextContents()).toEqual(['path string', 'views bigint']);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download as CSV' }).click();
      const file = await (await downloading).path();
      expect(await readFile(file, 'utf8')).toBe("\uFEFFpath,views\r\n'=cmd(),4\r\n");
      expect(visitor.troubles).toEqual([]);
    });

    test('all rows of a question are written by a job into a file, which is downloaded from where the run led to', async () => {
      const { page } = visitor;
      await visitor.turnTo('/sql');
      const query = page.getByRole('textbox', { name: 'Query' });
      await query.fill(
        'SELECT subject, count(*) AS events FROM page_viewed GROUP BY subject ORDER BY subject',
      );
      await page.getByRole('button', { name: 'All as a file' }).click();
      await page.getByRole('heading', { level: 1, name: 'export-query' }).waitFor();
      await page.getByRole('link', { name: /\.csv$/ }).click({ timeout: 40_000 });
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download', exact: true }).click();
      const file = await (await downloading).path();
      expect((await readFile(file, 'utf8')).replaceAll('\r', '').trim().split('\n')).toEqual([
        'subject,events',
        'ada,2',
        'bob,1',
        'eve,1',
      ]);
      expect(visitor.troubles).toEqual([]);
    });

    test('a question that cannot be answered says what is wrong with it, and stays to be mended', async () => {
      const { page } = visitor;
      await visitor.turnTo('/sql');
      const query = page.getByRole('textbox', { name: 'Query' });
      await query.fill('SELECT nothing_like_it FROM page_viewed');
      await page.getByRole('button', { name: 'Run' }).click();
      expect(await page.getByRole('alert').textContent()).toMatch(/nothing_like_it.*QUERY_INVALID/s);
      expect(await query.inputValue()).toBe('SELECT nothing_like_it FROM page_viewed');
    });

    test('an answer that is cut off says so', async () => {
      const { page } = visitor;
      await visitor.turnTo('/sql');
      const many = ['a', 'b', 'c', 'd', 'e'].map((name) => `events ${name}`).join(', ');
      await page.getByRole('textbox', { name: 'Query' }).fill(`SELECT a.id FROM ${many}`);
      await page.keyboard.press('Control+Enter');
      await page.getByText('There is more than this.').waitFor();
      await page.getByText('5,000 rows', { exact: true }).waitFor();
    });

    test('a funnel shows how many went how far, and where the others stopped', async () => {
      const { page } = visitor;
      await visitor.turnTo('/metrics/funnels');
      await page.getByRole('button', { name: 'Add a step' }).click();
      for (const [index, name] of ['page.viewed', 'flight.searched', 'flight.booked'].entries())
        await page.getByRole('combobox', { name: `Step ${index + 1}: event` }).selectOption(name);
      await page.getByRole('button', { name: 'Count' }).click();
      const funnel = page.getByRole('region', { name: 'All' });
      await funnel.getByText('33.3% go all the way').waitFor();
      const steps = await funnel.getByRole('listitem').allTextContents();
      expect(steps.map((step) => step.replace(/\s+/g, ' '))).toEqual([
        expect.stringMatching(/1\. page\.viewed ?3 100%/),
        expect.stringMatching(/2\. flight\.searched ?2 66\.7% ?1 of 3 stopped before/),
        expect.stringMatching(/3\. flight\.booked ?1 33\.3% ?1 of 2 stopped before/),
      ]);
      await page.getByRole('combobox', { name: 'Step 2: property' }).selectOption('origin');
      await page.getByRole('textbox', { name: 'Step 2: value of origin' }).fill('JFK');
      await page.getByRole('button', { name: 'Count' }).click();
      await funnel.getByText('0% go all the way').waitFor();
      expect(visitor.troubles).toEqual([]);
    });

    test('a cohort shows how many of those who began came back', async () => {
      const { page } = visitor;
      await visitor.turnTo('/metrics/retention');
      await page.getByRole('combobox', { name: 'Began with' }).selectOption('page.viewed');
      await page.getByRole('combobox', { name: 'Came back with' }).selectOption('flight.booked');
      await page.getByRole('button', { name: 'Count' }).click();
      const row = page.getByRole('region', { name: 'Cohorts' }).getByRole('row').nth(1);
      await row.waitFor();
      expect((await row.getByRole('cell').allTextContents()).slice(0, 2)).toEqual(['3', '33%']);
      expect(visitor.troubles).toEqual([]);
    });

    test('what is measured is ranked by the values of a dimension', async () => {
      const { page } = visitor;
      await eventually(
        async () => {
          const { data } = await owner.ask<{ topK: unknown[] }>(
            '{ topK(metric: "page_views", dimension: "path", window: DAY) { key } }',
          );
          expect(data.topK).not.toEqual([]);
        },
        { timeoutMs: 40_000 },
      );
      await visitor.turnTo('/metrics/ranking');
      await page.getByRole('combobox', { name: 'Metric' }).selectOption('page_views');
      const row = page.getByRole('row').filter({ hasText: '=cmd()' });
      await row.waitFor();
      expect(await row.getByRole('cell').last().textContent()).toBe('4');
    });

    test('the tour leads through the main job: each step to its page, the import to the job it starts', async () => {
      const { page } = visitor;
      await visitor.turnTo('/tour');
      const steps = page.getByRole('main').getByRole('listitem');
      await steps.filter({ hasText: 'Make records of its rows' }).waitFor();
      const ways = await steps
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(ways.slice(0, 4)).toEqual([
        '/studio/data',
        '/studio/files',
        '/studio/runs?start=import-dataset',
        '/studio/metrics',
      ]);
      for (const way of ways.filter((each) => each !== '/studio/explorer')) {
        await visitor.turnTo(way.replace('/studio', ''));
        expect(await page.getByRole('heading', { level: 1 }).first().textContent()).not.toBe(
          'There is no such page',
        );
      }
      await visitor.turnTo('/runs?start=import-dataset');
      await page.getByRole('dialog', { name: 'Start a job' }).waitFor();
      expect(await page.getByRole('combobox', { name: 'Job' }).last().inputValue()).toBe('import-dataset');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(page.url()).not.toContain('start=');
    });

    test('a viewer asks for funnels and cohorts, and is not offered SQL', async () => {
      await using reader = await visit(browser, url);
      const { page } = reader;
      await reader.signIn(viewer.email);
      await reader.turnTo('/metrics/funnels');
      await page.getByRole('button', { name: 'Count' }).waitFor();
      expect(await page.getByRole('link', { name: 'SQL' }).count()).toBe(0);
    });
  },
);

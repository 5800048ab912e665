import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, type Visit, visit } from './console-browser.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 120_000 });

/** What a command prints that was copied from a page into a shell. */
async function said(command: string): Promise<string> {
  return (await promisify(execFile)('bash', ['-c', command])).stdout;
}

describe.skipIf(noBrowser !== undefined)(
  `the tour’s steps for what runs by itself and for partners${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let owner: Newcomer;
    let visitor: Visit;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    beforeEach(async () => {
      ({ owner } = await newWorkspace(url));
      visitor = await visit(browser, url, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
      await visitor.signIn(owner.email);
      return () => visitor[Symbol.asyncDispose]();
    });
    afterAll(() => browser?.close());

    const step = (title: string) =>
      visitor.page.getByRole('main').getByRole('listitem').filter({ hasText: title });
    const done = (title: string) => step(title).getByRole('img', { name: 'done' });
    /** Opens the tour and follows the link of a step by keyboard. */
    const followed = async (title: string): Promise<void> => {
      await visitor.turnTo('/tour');
      await step(title).getByRole('link').waitFor();
      expect(await done(title).count()).toBe(0);
      await step(title).getByRole('link').press('Enter');
    };

    test('a report is scheduled for every Monday, and the page says for which ones', async () => {
      const { page } = visitor;
      await followed('Let it happen by itself');
      await page.getByText('Nothing is scheduled').waitFor();
      await page.getByRole('button', { name: 'New schedule' }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Mondays');
      await dialog.getByRole('combobox', { name: 'Job' }).selectOption('monthly-delay-report');
      await dialog.getByRole('combobox', { name: 'When' }).fill('0 6 * * 1');
      await dialog.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
      await dialog.getByRole('textbox', { name: 'Input' }).fill('{}');
      await dialog.getByRole('button', { name: 'Schedule it' }).press('Enter');
      await page.getByRole('row').filter({ hasText: 'Mondays' }).waitFor();
      const { data } = await owner.ask<{ schedules: { nodes: { nextTimes: string[] }[] } }>(
        '{ schedules { nodes { nextTimes(first: 3) } } }',
      );
      const inBerlin = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'long',
        hour: '2-digit',
        minute: '2-digit',
      });
      const times = data.schedules.nodes[0]?.nextTimes ?? [];
      expect(times.map((time) => inBerlin.format(new Date(time)))).toEqual(Array(3).fill('Monday 06:00'));
      await visitor.turnTo('/tour');
      await done('Let it happen by itself').waitFor();
      expect(visitor.troubles).toEqual([]);
    });

    test('a partner’s key has its secret shown once, opens REST to curl, and opens nothing once it is revoked', async () => {
      const { page } = visitor;
      const airport = { iata: 'ZZ9', name: 'Partner Field', country: 'USA', latitude: 1, longitude: 2 };
      await owner.ask('mutation ($input: AirportInput!) { createAirport(input: $input) { id } }', {
        input: airport,
      });
      await followed('Give a partner the part they need');
      await page.getByRole('button', { name: 'New API key' }).first().press('Enter');
      await page.getByRole('textbox', { name: 'Name' }).fill('Partner');
      await page.getByRole('button', { name: 'Make the key' }).press('Enter');
      const secret = (await page.getByTestId('secret').textContent()) ?? '';
      const sample = (await page.getByRole('dialog').locator('.sample').textContent()) ?? '';
      expect(sample).toContain(secret);
      expect(JSON.parse(await said(sample))).toMatchObject([airport]);
      await page.getByRole('button', { name: 'I have it' }).press('Enter');
      await page.getByRole('button', { name: 'Revoke Partner' }).waitFor();
      expect(await page.content()).not.toContain(secret);
      await visitor.turnTo('/tour');
      await done('Give a partner the part they need').waitFor();
      await visitor.turnTo('/keys');
      await page.getByRole('button', { name: 'Revoke Partner' }).press('Enter');
      await page.getByRole('button', { name: 'Revoke the key' }).press('Enter');
      await page
        .getByRole('row')
        .filter({ hasText: 'Partner' })
        .getByText('revoked', { exact: true })
        .waitFor();
      await eventually(
        async () =>
          expect(JSON.parse(await said(sample))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' }),
        { timeoutMs: 20_000 },
      );
      expect(visitor.troubles).toEqual([]);
    });

    test('a viewer’s tour leads to the schedules and not to keys, and is refused nothing', async () => {
      await using reader = await visit(browser, url);
      await reader.walkInAs('Viewer');
      await reader.turnTo('/tour');
      const steps = reader.page.getByRole('main').getByRole('listitem');
      await steps.filter({ hasText: 'Let it happen by itself' }).waitFor();
      expect(await steps.filter({ hasText: 'Give a partner' }).count()).toBe(0);
      expect(await reader.page.getByRole('alert').count()).toBe(0);
      expect(reader.troubles).toEqual([]);
    });
  },
);

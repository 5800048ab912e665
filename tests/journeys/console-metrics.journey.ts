import { eventually, signedIn } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');

describe.skipIf(noBrowser !== undefined)(
  `metrics in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test('a chart moves when an event comes in, and gives its numbers to whoever does not look at it', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      await viewer.go('/metrics');
      const card = page.getByRole('region', { name: 'flight_delay' });
      await card.getByRole('img', { name: /^flight_delay/ }).waitFor({ timeout: 60_000 });
      await page.getByText('Live', { exact: true }).waitFor();
      const editor = await signedIn(url, 'editor@demo.local');
      const made: string[] = [];
      await eventually(
        async () => {
          const { data, errors } = await editor<{ createFlight: { id: string } }>(
            `mutation ($input: FlightInput!) { createFlight(input: $input) { id } }`,
            {
              input: {
                flightKey: `metrics-${crypto.randomUUID()}`,
                origin: { iata: 'ATL' },
                destination: { iata: 'LAX' },
                scheduledAt: '2001-01-10T10:00:00.000Z',
                delayMinutes: 90,
                distanceMiles: 1_946,
              },
            },
          );
          expect(errors).toEqual([]);
          made.push(data.createFlight.id);
          expect(Number(await card.getAttribute('data-updates'))).toBeGreaterThan(0);
        },
        { timeoutMs: 30_000 },
      );
      await card.getByRole('combobox', { name: 'Measure' }).selectOption('flights');
      await card.getByRole('button', { name: 'Numbers' }).click();
      await card.getByRole('columnheader', { name: 'flights' }).waitFor();
      expect(await card.getByRole('row').count()).toBeGreaterThan(2);
      expect(viewer.troubles).toEqual([]);
      // Others count the flights of the demo.
      for (const id of made)
        expect((await editor('mutation ($id: ID!) { deleteFlight(id: $id) { id } }', { id })).errors).toEqual(
          [],
        );
    }, 120_000);

    test('those who run the installation see what computes the metrics, stop it where it stands, and start it there', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await owner.go('/metrics');
      await page.getByRole('link', { name: 'Pipelines' }).click();
      const pipeline = page
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { name: 'bookings' }) });
      await pipeline.getByText('running', { exact: true }).waitFor();
      await pipeline.getByRole('button', { name: 'Stop bookings' }).click();
      await pipeline.getByText('stopped', { exact: true }).waitFor();
      await pipeline.getByRole('button', { name: 'Start bookings' }).click();
      await pipeline.getByText('running', { exact: true }).waitFor();
      expect(owner.troubles).toEqual([]);
    }, 120_000);

    test('owners of other workspaces are shown no pipelines: they are not theirs', async () => {
      const other = await newWorkspace(url);
      await using visitor = await visit(browser, url);
      await visitor.signIn(other.owner.email);
      await visitor.turnTo('/metrics');
      await visitor.page.getByRole('link', { name: 'Funnels' }).waitFor();
      expect(await visitor.page.getByRole('link', { name: 'Pipelines' }).count()).toBe(0);
    }, 120_000);
  },
);

import { eventually, signedIn } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
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
  },
);

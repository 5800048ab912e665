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
      const editor = await signedIn(url, 'editor@demo.local');
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      await viewer.go('/metrics');
      const card = page.getByRole('region', { name: 'flight_delay' });
      const chart = card.getByRole('img', { name: /^flight_delay/ });
      await chart.waitFor({ timeout: 60_000 });
      await page.getByText('Live', { exact: true }).waitFor();
      await card.getByRole('combobox', { name: 'Measure' }).selectOption('flights');
      await card.getByRole('combobox', { name: 'Window' }).selectOption('DAY');
      await card.getByRole('button', { name: 'Numbers' }).click();
      await card.getByRole('columnheader', { name: 'flights' }).waitFor();
      const newest = card.getByRole('row').nth(1);
      const counted = async (): Promise<number> =>
        Number((await newest.getByRole('cell').nth(1).textContent())?.replaceAll(',', ''));
      const day = (await newest.locator('time').getAttribute('datetime')) ?? '';
      const before = await counted();
      await card.getByRole('button', { name: 'Chart' }).click();
      const drawn = () => chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      const still = await drawn();
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
                scheduledAt: day,
                delayMinutes: 90,
                distanceMiles: 1_946,
              },
            },
          );
          expect(errors).toEqual([]);
          made.push(data.createFlight.id);
          expect(await drawn()).not.toBe(still);
        },
        { timeoutMs: 30_000 },
      );
      await card.getByRole('button', { name: 'Numbers' }).click();
      expect(await card.getByRole('row').count()).toBeGreaterThan(2);
      await eventually(async () => expect(await counted()).toBe(before + made.length));
      // Others count the flights of the demo; without them the line lies where it lay.
      for (const id of made)
        expect((await editor('mutation ($id: ID!) { deleteFlight(id: $id) { id } }', { id })).errors).toEqual(
          [],
        );
      await eventually(async () => expect(await counted()).toBe(before));
      await card.getByRole('button', { name: 'Chart' }).click();
      await eventually(async () => expect(await drawn()).toBe(still));
      expect(viewer.troubles).toEqual([]);
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
      await pipeline.getByText(/^Stopped with all it had /).waitFor();
      await pipeline.getByRole('button', { name: 'Start bookings' }).click();
      await pipeline.getByText('running', { exact: true }).waitFor();
      await pipeline.getByText(/; went on from there /).waitFor();
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

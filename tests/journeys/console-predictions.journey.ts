import { signedIn } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { noBrowser, openBrowser, visit } from './console-browser.ts';

const { url } = inject('product');
const flight = { hour: '17', weekday: '5', month: '6', distance: '1946', origin: 'ATL', destination: 'LAX' };

describe.skipIf(noBrowser !== undefined)(
  `predictions in the console${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test('a viewer tries the live model and has what the graph predicts; what does not fit is said beside its input', async () => {
      await using viewer = await visit(browser, url);
      const { page } = viewer;
      await viewer.walkInAs('Viewer');
      await viewer.go('/predictions');
      const card = page.getByRole('region', { name: 'flight-delay' });
      for (const [name, text] of Object.entries(flight))
        await card.getByRole('textbox', { name, exact: true }).fill(text);
      await card.getByRole('button', { name: 'Predict' }).click();
      const shown = card.getByRole('status', { name: 'Prediction' });
      await shown.waitFor();
      const caller = await signedIn(url, 'viewer@demo.local');
      const { data } = await caller<{ predict: { predictions: { outputs: unknown }[] } }>(
        'query ($inputs: [JSON!]!) { predict(model: "flight-delay", inputs: $inputs) { predictions { outputs } } }',
        { inputs: [{ ...flight, hour: 17, weekday: 5, month: 6, distance: 1_946 }] },
      );
      expect(JSON.parse((await shown.textContent()) ?? '')).toEqual(data.predict.predictions[0]?.outputs);
      await card.getByRole('textbox', { name: 'distance', exact: true }).fill('far');
      await card.getByRole('button', { name: 'Predict' }).click();
      await card.getByRole('alert').waitFor();
      expect(
        await card.getByRole('textbox', { name: 'distance', exact: true }).getAttribute('aria-invalid'),
      ).toBe('true');
      expect(await page.getByRole('button', { name: /Register|Promote|Roll back/ }).count()).toBe(0);
      expect(viewer.troubles).toEqual([]);
    }, 60_000);
  },
);

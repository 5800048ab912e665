import { readFile } from 'node:fs/promises';
import { addingModel } from '@tributary/engines/inference/conformance-models';
import { signedIn } from '@tributary/test-kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
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
    }, 120_000);

    test('a version is registered from a file, promoted and predicts; a file that is no model is refused with the reason', async () => {
      const { owner } = await newWorkspace(url);
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      await visitor.signIn(owner.email);
      await visitor.turnTo('/predictions');
      await page.getByRole('button', { name: 'Register a version' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Register a version' });
      await dialog.getByRole('textbox', { name: 'Model' }).fill('own-delay');
      await dialog.getByRole('textbox', { name: 'What is new' }).fill('The first one');
      const choose = async (buffer: Buffer): Promise<void> => {
        const file = { name: 'own-delay.onnx', mimeType: 'application/octet-stream', buffer };
        await dialog.getByLabel('ONNX file').setInputFiles(file);
        await dialog.getByRole('button', { name: 'Register', exact: true }).click();
      };
      await choose(Buffer.from('no model at all'));
      await dialog.getByRole('alert').waitFor();
      expect(await dialog.getByRole('alert').textContent()).toMatch(/ONNX/);
      await choose(await readFile(new URL('../../workers/delay-model/delay-model.onnx', import.meta.url)));
      await dialog.waitFor({ state: 'detached' });
      const card = page.getByRole('region', { name: 'own-delay' });
      await card.getByText('nothing live').waitFor();
      await card.getByText('The first one').waitFor();
      await card.getByRole('button', { name: 'Promote version 1 of own-delay' }).click();
      await card.getByText('version 1 live').waitFor();
      for (const [name, text] of Object.entries(flight))
        await card.getByRole('textbox', { name, exact: true }).fill(text);
      await card.getByRole('button', { name: 'Predict' }).click();
      await card.getByRole('status', { name: 'Prediction' }).waitFor();
      const { data } = await owner.ask<{ inferenceModels: readonly unknown[] }>(
        '{ inferenceModels { name liveVersion { version } versions { version note } } }',
      );
      expect(data.inferenceModels).toEqual([
        {
          name: 'own-delay',
          liveVersion: { version: 1 },
          versions: [{ version: 1, note: 'The first one' }],
        },
      ]);
      expect(await card.getByRole('button', { name: 'Delete version 1 of own-delay' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Register a version' }).first().click();
      await dialog.getByRole('textbox', { name: 'Model' }).fill('own-delay');
      await choose(Buffer.from(addingModel()));
      await dialog.waitFor({ state: 'detached' });
      await card.getByRole('button', { name: 'Delete version 2 of own-delay' }).click();
      await page.getByRole('button', { name: 'Delete version 2', exact: true }).click();
      await card
        .getByRole('button', { name: 'Promote version 2 of own-delay' })
        .waitFor({ state: 'detached' });
      const left = await owner.ask('{ inferenceModel(name: "own-delay") { versions { version } } }');
      expect(left.data).toEqual({ inferenceModel: { versions: [{ version: 1 }] } });
      await card.getByRole('button', { name: 'Retire own-delay' }).click();
      await card.getByText('nothing live').waitFor();
      await card.getByRole('button', { name: 'Delete version 1 of own-delay' }).click();
      await page.getByRole('button', { name: 'Delete version 1', exact: true }).click();
      await card.waitFor({ state: 'detached' });
      expect(visitor.troubles).toEqual([]);
    }, 120_000);
  },
);

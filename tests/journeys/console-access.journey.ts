import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { atNight, eventually, signedIn } from '@tributary/test-kit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { noBrowser, openBrowser, visit } from './console-browser.ts';
import { type ConsolePages, openedPages } from './console-pages.ts';

const { url } = inject('product');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** WCAG 2.2 A and AA; in the other theme no more than what colours decide, which is looked at at night (`NIGHTLY=1`, .ci/nightly): each page is drawn once more for it. */
const rules = {
  light: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/**
 * What axe-core finds wrong. Evaluated from outside, because the page's policy lets no foreign script in; once a document, and the navigation,
 * which is the same beside every page, once as well. GraphiQL's tabs hold the button that closes them, which nothing here can change.
 */
async function findings(page: Page, runOnly: object): Promise<readonly string[]> {
  const isThere = (await page.evaluate('typeof axe')) !== 'undefined';
  if (!isThere) await page.evaluate(`${axe}; undefined`);
  const context = isThere ? `{ exclude: [['#navigation']] }` : 'document';
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const { violations } = (await page.evaluate(`axe.run(${context}, ${options})`)) as {
    violations: readonly Finding[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !(id === 'nested-interactive' && html.includes('class="graphiql-tab ')))
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}

/** What a page says went wrong: a page that is one's own and at rest says nothing of the kind. */
async function alarms(page: Page): Promise<readonly string[]> {
  const texts = await page.getByRole('alert').allTextContents();
  return texts.filter((text) => text !== '').map((text) => `alert: ${text}`);
}

describe.skipIf(noBrowser !== undefined)(
  `the console for everybody${noBrowser ? ` (${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let pages: ConsolePages;
    beforeAll(async () => {
      browser = await openBrowser();
      pages = await openedPages(url, await signedIn(url, 'owner@demo.local'));
    });
    afterAll(async () => {
      await browser?.close();
      await pages?.[Symbol.asyncDispose]();
    });

    test.each(atNight ? (['light', 'dark'] as const) : (['light'] as const))(
      'no page has a fault that axe-core finds, in %s',
      async (colorScheme) => {
        await using owner = await visit(browser, url, { colorScheme, reducedMotion: 'reduce' });
        const { page } = owner;
        await page.goto(url);
        await page.getByRole('heading', { name: 'This is a demo' }).waitFor();
        const found: Record<string, readonly string[]> = {
          'signing in': await findings(page, rules[colorScheme]),
        };
        await owner.walkInAs('Owner');
        for (const path of pages.paths) {
          await owner.turnTo(path);
          found[path] = [...(await findings(page, rules[colorScheme])), ...(await alarms(page))];
        }
        // A document of its own.
        await owner.go('/explorer');
        await page.getByRole('button', { name: 'airports', exact: true }).waitFor();
        found['/explorer'] = await alarms(page);
        // Its editor takes the colours of the page a moment after its text.
        await eventually(async () => expect(await findings(page, rules[colorScheme])).toEqual([]));
        expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
        expect(owner.troubles).toEqual([]);
      },
      120_000,
    );

    test.each(['Editor', 'Viewer'] as const)(
      'no page that the navigation leads to shows a failure, as %s',
      async (role) => {
        await using member = await visit(browser, url);
        const { page } = member;
        await member.walkInAs(role);
        const ways = await page
          .getByRole('navigation', { name: 'Console' })
          .getByRole('link')
          .evaluateAll((links) =>
            links.map((link) => link.getAttribute('href')?.replace('/studio', '') ?? ''),
          );
        // The pipelines have a tab that is shown to admins alone.
        const theirs = pages.paths.filter(
          (path) => ways.includes(`/${path.split('/')[1]}`) && path !== '/metrics/pipelines',
        );
        expect(theirs.length).toBeGreaterThan(12);
        const found: Record<string, readonly string[]> = {};
        for (const path of theirs) {
          await member.turnTo(path);
          found[path] = await alarms(page);
        }
        expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
        expect(member.troubles).toEqual([]);
      },
      60_000,
    );

    test('a laptop shows all of the navigation and of the explorer’s list', async () => {
      await using owner = await visit(browser, url, { viewport: { width: 1280, height: 800 } });
      const { page } = owner;
      await owner.walkInAs('Owner');
      const foot = await page.getByRole('group', { name: 'Colours' }).boundingBox();
      expect((foot?.y ?? 0) + (foot?.height ?? 0)).toBeLessThanOrEqual(800);
      const ways = await page.getByRole('navigation', { name: 'Console' }).getByRole('link').all();
      for (const way of ways) expect(await isInSight(way)).toBe(true);
      await owner.go('/explorer');
      const save = page.getByRole('button', { name: 'Save', exact: true });
      await save.waitFor();
      expect(await isInSight(save)).toBe(true);
      expect(await isInSight(page.getByRole('textbox', { name: /Name for the operation/ }))).toBe(true);
    }, 120_000);

    test('a word longer than the page is broken, on a laptop and on a phone', async () => {
      const { owner } = await newWorkspace(url);
      const name = 'W'.repeat(150);
      const { data } = await owner.ask<{ createAirport: { id: string } }>(
        'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }',
        { input: { iata: 'WWW', name, country: 'USA', latitude: 1, longitude: 1 } },
      );
      await using visitor = await visit(browser, url);
      const { page } = visitor;
      await visitor.signIn(owner.email);
      await visitor.turnTo(`/data/airports/${data.createAirport.id}`);
      await page.getByRole('heading', { level: 1, name }).waitFor();
      for (const [width, height] of [
        [1280, 800],
        [375, 740],
      ] as const) {
        await page.setViewportSize({ width, height });
        const main = page.getByRole('main');
        const wider = await main.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
        expect([width, wider]).toEqual([width, 0]);
      }
    });

    test('nothing is wider than a phone but what scrolls by itself', async () => {
      await using owner = await visit(browser, url, { viewport: { width: 375, height: 740 } });
      const { page } = owner;
      await owner.walkInAs('Owner');
      for (const path of pages.paths) {
        await owner.turnTo(path);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([path, wider]).toEqual([path, 0]);
        const cut = await page
          .locator('nav.tabs')
          .evaluateAll((all) => all.map((tabs) => tabs.scrollWidth - tabs.clientWidth));
        expect([path, cut.filter((beyond) => beyond > 0)]).toEqual([path, []]);
      }
      await page.getByRole('button', { name: 'Open the navigation' }).click();
      await page.getByRole('link', { name: 'Members' }).click();
      await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
      expect(await page.getByRole('navigation', { name: 'Console' }).isVisible()).toBe(false);
    }, 120_000);

    test('the keyboard alone goes everywhere: past the navigation, cell by cell, into an editor and out of it', async () => {
      await using editor = await visit(browser, url);
      const { page } = editor;
      await editor.walkInAs('Editor');
      await page.getByRole('gridcell').first().waitFor();
      await page.reload();
      await page.getByRole('gridcell').first().waitFor();
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Skip to the page');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
      await page.getByRole('gridcell').nth(1).focus();
      const first = await focused(page);
      await page.keyboard.press('ArrowDown');
      expect(await focused(page)).not.toBe(first);
      await page.keyboard.press('ArrowUp');
      expect(await focused(page)).toBe(first);
      await page.keyboard.press('F2');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
      await page.keyboard.press('Escape');
      await expect.poll(() => focused(page)).toBe(first);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=grid]') === null)).toBe(true);
    });

    test('a dialog takes the focus and gives it back', async () => {
      await using owner = await visit(browser, url);
      const { page } = owner;
      await owner.walkInAs('Owner');
      await owner.go('/members');
      await page.getByRole('button', { name: 'Invite a member' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Invite a member' }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('Invite a member');
    });
  },
);

/** Whether nothing of it is cut off, by the window or by what scrolls around it. */
async function isInSight(locator: Locator): Promise<boolean> {
  return locator.evaluate(
    (element) =>
      new Promise<boolean>((resolve) => {
        new IntersectionObserver(([entry]) => resolve((entry?.intersectionRatio ?? 0) > 0.98)).observe(
          element,
        );
      }),
  );
}

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => (document.activeElement?.textContent ?? '').trim());
}

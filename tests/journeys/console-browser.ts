import { existsSync } from 'node:fs';
import { demoPassword } from '@tributary/test-kit';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** In the order of `scripts/browser.mjs`: what has no windows takes less than half the processor time. */
const path = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((candidate) => existsSync(candidate));

/** Why browser tests are skipped; undefined when there is a browser. */
export const noBrowser = path === undefined ? 'there is no Chromium on this machine' : undefined;

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: path ?? '', args: flags });
}

/** A visit to the console by one person with a browser of their own, and what went wrong on the way. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Errors in the console of the browser, faults of scripts, and requests to anywhere but the gateway. */
  readonly troubles: readonly string[];
  /** Another tab of the same browser. */
  newTab(): Promise<Page>;
  /** Walks in by the button the demo offers. */
  walkInAs(role: 'Owner' | 'Editor' | 'Viewer'): Promise<void>;
  /** Signs in by hand, as an account that tests made. */
  signIn(email: string): Promise<void>;
  go(path: string): Promise<void>;
  /** As a link of the console would: in the same document, which takes a tenth of the time. Resolves when what loads has loaded. */
  turnTo(path: string): Promise<void>;
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const troubles: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`${message.text()} ${message.location().url}`);
    });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(url).host)
        troubles.push(`asked ${request.url()}`);
    });
    return page;
  };
  const page = await open();
  return {
    page,
    troubles,
    newTab: open,
    walkInAs: async (role) => {
      await page.goto(`${url}/`);
      await page.getByRole('button', { name: role, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
    },
    signIn: async (email) => {
      await page.goto(`${url}/`);
      await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
      await page.getByLabel('Password').fill(demoPassword);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Airports' }).waitFor();
    },
    go: async (to) => {
      await page.goto(`${url}/studio${to}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    },
    turnTo: async (to) => {
      await page.evaluate((address) => history.pushState(null, '', address), `/studio${to}`);
      await page.waitForFunction(
        () =>
          document.querySelector('h1') !== null &&
          document.querySelector('.skeleton, [aria-busy="true"]') === null,
      );
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

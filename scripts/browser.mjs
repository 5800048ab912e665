/** The browser of the console's tests. Plain JavaScript without dependencies, like everything that prepares a run. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The same engine without windows comes first: a page costs it less than half the processor time. */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Installs Chromium's headless shell where that takes no more than the system's own packages; elsewhere says what the tests will do without. */
export function ensureBrowser() {
  if (places.some((path) => existsSync(path))) return;
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (mayInstall) {
    process.stdout.write('Installing Chromium for the tests of the console (once) …\n');
    const apt = (...args) =>
      spawnSync('apt-get', ['-qq', ...args], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        encoding: 'utf8',
      });
    apt('update');
    const install = (name) => apt('install', '-y', '--no-install-recommends', name);
    // Not every release of every system has the shell by itself.
    if (install('chromium-headless-shell').status === 0) return;
    const { status, stderr } = install('chromium');
    if (status === 0) return;
    process.stdout.write(`Chromium could not be installed: ${stderr.trim().split('\n').at(-1)}\n`);
  }
  process.stdout.write(
    'The tests of the console in a browser are skipped: there is no Chromium on this machine.\n',
  );
}

/** The browser of the console's tests. Plain JavaScript without dependencies, like everything that prepares a run. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Installs Chromium where that takes no more than the system's own packages; elsewhere says what the tests will do without. */
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
    const { status, stderr } = apt('install', '-y', '--no-install-recommends', 'chromium');
    if (status === 0) return;
    process.stdout.write(`Chromium could not be installed: ${stderr.trim().split('\n').at(-1)}\n`);
  }
  process.stdout.write(
    'The tests of the console in a browser are skipped: there is no Chromium on this machine.\n',
  );
}

/** `npm test`: prepares, then runs every test that needs no external engine. Arguments are passed to vitest. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { prepare, root } from './prepare.mjs';

await prepare();
ensureBrowser();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true' },
});
process.exit(status ?? 1);

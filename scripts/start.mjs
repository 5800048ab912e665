/** `npm start`: prepares, then runs the product. `--split`: each part as a process of its own. `--watch`: reloads on change. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, prepare, requireNode, root } from './prepare.mjs';
import { reloadOnChange } from './reload-on-change.mjs';

const built = join(root, 'deploy/all-in-one/dist');
const entry = join(built, process.argv.includes('--split') ? 'split.js' : 'main.js');

requireNode();
await refuseWhereOneRuns();
await prepare();
if (process.argv.includes('--watch')) reloadOnChange(entry);
else await import(entry);

/** Before the build, which would change files below the product that runs. A tree that was never built runs nothing. */
async function refuseWhereOneRuns() {
  const holder = join(built, 'folder-holder.js');
  if (!existsSync(holder)) return;
  const { inUse, livingHolder } = await import(holder);
  const { DATA_DIR } = process.env;
  const dataDir = resolve(DATA_DIR || '.tributary');
  const pid = await livingHolder(dataDir);
  if (pid !== undefined) fail(inUse(dataDir, pid));
}

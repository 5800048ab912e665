/**
 * `npm start`: prepares, then runs the product. `--split`: each part as a process of its own. `--watch`: reloads on change.
 * `--profile local`: on the engines that `npm run engines` started.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, prepare, requireNode, root } from './prepare.mjs';
import { reloadOnChange } from './reload-on-change.mjs';
import { useLocalEngines } from './use-local-engines.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stopEarly);

const flags = readFlags();
const built = join(root, 'deploy/all-in-one/dist');
const entry = join(built, flags.split ? 'split.js' : 'main.js');

requireNode();
await refuseWhereOneRuns();
await prepare(stopped);
if (flags.profile === 'local') await useLocalEngines();
if (flags.watch) reloadOnChange(entry);
else await import(entry);

/** Ctrl-C, or a terminal that is closed, before anything runs that stops in an order of its own: the compiler, the product. Both listen for as long as they do. */
function stopEarly(signal) {
  if (process.listenerCount(signal) === 1) stopped();
}

/** As the product ends that one stops. */
function stopped() {
  process.stderr.write('Stopped.\n');
  process.exit(0);
}

/** A flag that was passed over in silence would leave the product other than its user thinks. */
function readFlags() {
  const options = { split: { type: 'boolean' }, watch: { type: 'boolean' }, profile: { type: 'string' } };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(
      `npm start takes --profile NAME and no other argument (${error.message.split('. ')[0]}); settings like PORT come from the environment: PORT=4100 npm start.`,
    );
  }
}

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

/** `npm run bench -- airports`: prepares, starts the engines that a peer needs, then runs one benchmark of `tests/load` from its build. Run nothing else meanwhile. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, prepare, root } from './prepare.mjs';

/** Benchmarks that have a peer on an engine of its own. */
const peerEngines = { jobs: ['redis'], log: ['kafka'] };

const [name = ''] = process.argv.slice(2);
await prepare();
const suffix = '.load.js';
const known = readdirSync(join(root, 'tests/dist/load'))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
if (!known.includes(name)) fail(`Name a benchmark: ${known.join(', ')}.`);
const needed = peerEngines[name] ?? [];
const run = needed.length > 0 ? await openEngines() : undefined;
try {
  for (const engine of needed) await start(engine);
  await import(join(root, 'tests/dist/load', `${name}${suffix}`));
} finally {
  await run?.[Symbol.asyncDispose]();
}

async function openEngines() {
  const { openRunEngines } = await import(join(root, 'deploy/engines/dist/run-engines.js'));
  return openRunEngines((line) => process.stderr.write(`${line}\n`));
}

/** An engine this machine cannot have leaves its peer out; the benchmark says so. */
async function start(engine) {
  const { CannotProvision } = await import(join(root, 'deploy/engines/dist/recipe.js'));
  try {
    const { settings } = await run.engines.up(engine);
    Object.assign(process.env, settings);
  } catch (error) {
    if (!(error instanceof CannotProvision)) throw error;
    process.stdout.write(`There is no ${engine} here: ${error.message}.\n`);
  }
}

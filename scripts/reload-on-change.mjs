import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const watched = ['packages', 'gateway', 'subgraphs', 'workers', 'deploy', 'schema', 'prisma'];
const source = /\.(ts|tsx|graphql|json|sql|env)$/;
const built = /(^|\/)(dist|node_modules|\.turbo)\//;
/** An editor that saves many files at once causes one reload. */
const quietMs = 150;

/**
 * Runs the product, and on a change compiles what changed and starts it anew; while the sources do not compile, the last good one runs on.
 * The product gets to drain first: what it acknowledged is kept, and its database is stopped in order. Ctrl-C stops it.
 *
 * Node's own `--watch` loses track of workspace packages, and the compiler's polls every file.
 */
export function reloadOnChange(entry) {
  let product;
  let stopping = false;
  let reloading = false;
  let pending;
  let turn = Promise.resolve();

  const start = () => {
    // A group of its own: Ctrl-C reaches this process, which stops the product in order.
    product = spawn(process.execPath, [entry], {
      cwd: root,
      // Its channel closes with this process, however that ends, and the product then stops by itself.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    product.once('exit', (code) => {
      if (!stopping && !reloading)
        process.stdout.write(`It ended with ${code}; the next change starts it.\n`);
    });
  };
  const stopProduct = async () => {
    if (product.exitCode !== null || product.signalCode !== null) return;
    product.kill('SIGTERM');
    await once(product, 'exit');
  };
  const reload = async () => {
    if (stopping) return;
    if (!(await compile())) {
      process.stdout.write('It does not compile; the last version that did goes on.\n');
      return;
    }
    reloading = true;
    await stopProduct();
    reloading = false;
    if (!stopping) start();
  };
  const watchers = watched.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, path) => {
      if (path === null || !source.test(path) || built.test(path)) return;
      clearTimeout(pending);
      pending = setTimeout(() => {
        process.stdout.write(`\n${folder}/${path} changed\n`);
        turn = turn.then(reload);
      }, quietMs);
    }),
  );
  const stop = () => {
    if (stopping) return;
    stopping = true;
    clearTimeout(pending);
    for (const watcher of watchers) watcher.close();
    turn = turn.then(stopProduct);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  start();
}

/** Builds incrementally; prints what is wrong. True when everything compiled. */
async function compile() {
  const compiler = spawn(process.execPath, [join(root, 'node_modules/typescript-native/bin/tsc'), '-b'], {
    cwd: root,
    stdio: 'inherit',
  });
  const [code] = await once(compiler, 'exit');
  return code === 0;
}

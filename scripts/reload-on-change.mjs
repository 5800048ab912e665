import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './prepare.mjs';
import { watchTree } from './watch-tree.mjs';

const watched = ['packages', 'gateway', 'subgraphs', 'workers', 'deploy', 'schema', 'prisma'];
const source = /\.(ts|tsx|graphql|json|sql|env)$/;
const built = /[\\/](dist|node_modules|\.turbo)$/;
/** An editor that saves many files at once causes one reload. */
const quietMs = 150;
/** A large table is read through for bounds. */
const answerMs = 30_000;

/**
 * Runs the product, and on a change compiles what changed, checks the contracts and starts it anew; while the sources do not compile, or
 * the models and the graph do not hold or do not fit what is stored, the last good version runs on.
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
    // All of it before the running one is stopped.
    const fault = !(await compile())
      ? 'It does not compile'
      : !(await succeeds('scripts/graph-contracts.mjs'))
        ? 'What it declares does not hold'
        : !(await fitsWhatIsStored(product))
          ? 'It does not fit what is stored'
          : undefined;
    if (fault !== undefined) {
      const runs = product.exitCode === null && product.signalCode === null;
      process.stdout.write(
        `${fault}; ${runs ? 'the last good version goes on' : 'nothing runs until it does'}.\n`,
      );
      return;
    }
    reloading = true;
    await stopProduct();
    reloading = false;
    if (!stopping) start();
  };
  const changed = (path) => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      process.stdout.write(`\n${relative(root, path)} changed\n`);
      turn = turn.then(reload);
    }, quietMs);
  };
  const wanted = (path) => source.test(path);
  const entered = (path) => !built.test(path);
  const unwatch = watched.map((folder) => watchTree(join(root, folder), { wanted, entered, changed }));
  const stop = () => {
    if (stopping) return;
    stopping = true;
    clearTimeout(pending);
    for (const end of unwatch) end();
    turn = turn.then(stopProduct);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  // A terminal that is closed takes nothing more.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  start();
}

/** Asks the running product, which has the database; one that does not run or answer leaves it to the next start. Prints what does not fit. */
async function fitsWhatIsStored(product) {
  if (!product.connected) return true;
  // Whichever comes first ends the waiting for the others: the product may be asked often.
  const waiting = new AbortController();
  const { signal } = waiting;
  const answered = Promise.race([
    once(product, 'message', { signal }).then(([{ refusals }]) => refusals),
    once(product, 'exit', { signal }).then(() => []),
    delay(answerMs, [], { signal }),
  ]);
  product.send('do the models fit', () => undefined);
  const refusals = await answered.finally(() => waiting.abort());
  for (const refusal of refusals) process.stdout.write(`The models do not fit what is stored: ${refusal}.\n`);
  return refusals.length === 0;
}

/** Builds incrementally; prints what is wrong. True when everything compiled. */
async function compile() {
  return succeeds('node_modules/typescript-native/bin/tsc', '-b');
}

/** Runs a script of this folder, which prints what is wrong. True when it exits with 0. */
async function succeeds(script, ...args) {
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

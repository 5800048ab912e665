/**
 * What every command needs first: a Node that is new enough, installed dependencies, a build that is up to date.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneAtATime } from './one-at-a-time.mjs';

export const root = fileURLToPath(new URL('../', import.meta.url));
const oldest = [20, 19];
/** What is done sooner is not worth a line. */
const momentMs = 1_000;
/** What a child gets to end in, before it is ended. */
const patienceMs = 5_000;
/** The last is a terminal that is closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ends the process with one sentence that says what is wrong and what to do. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * Cut short at any moment, it is completed by the next call: what counts as done is noted last. A signal ends what runs first, and then the
 * process through `stopped`, which gets its name.
 */
export async function prepare(stopped = exitSignalled) {
  requireNode();
  try {
    await oneAtATime(join(root, '.turbo', 'preparing.json'), async (note) => {
      await install({ note, stopped });
      await build({ note, stopped });
    });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)) throw error;
    const remedy =
      error.code === 'ENOSPC'
        ? 'make room on its disk'
        : 'Tributary is built where it lies: start it as the user whose clone this is, or from a clone of your own';
    fail(`${error.path ?? root} cannot be written (${error.code}); ${remedy}.`);
  }
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  fail(
    `Tributary needs Node ${oldest.join('.')} or newer, and this is ${process.versions.node}; install a newer Node and try again.`,
  );
}

/** Installs when what the lock file wants is not there, whoever installed what is. */
async function install(course) {
  if (isInstalled()) return;
  process.stderr.write('Installing dependencies (once) …\n');
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // A production NODE_ENV would leave out the compiler.
    env: { ...process.env, NODE_ENV: 'development' },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if ((await ended(child, course)) !== 0)
    fail('Installing the dependencies failed; see the lines above, mend it, and start again.');
}

/** By the record that npm keeps of what it installed; it has no optional packages of other machines. */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: installed } = JSON.parse(readFileSync(record, 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(([path, { version, integrity, optional }]) => {
    const there = installed[path];
    if (path === '' || (there === undefined && optional === true)) return true;
    return there !== undefined && there.version === version && there.integrity === integrity;
  });
}

/** Builds what changed; turbo keeps the rest. */
async function build(course) {
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const child = spawn(
    process.execPath,
    [turbo, 'run', 'build', '--output-logs=errors-only', '--log-prefix=none'],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => said.push(text));
  const timer = setTimeout(() => process.stderr.write('Building …\n'), momentMs);
  const code = await ended(child, course);
  clearTimeout(timer);
  if (code !== 0) fail(`${said.join('')}\nThe build failed; see the lines above.`);
}

/** The exit code of a child. A signal to this process ends the child first: a build must not go on behind the next start's back. */
async function ended(child, { note, stopped }) {
  let signalled;
  const pass = (signal) => {
    signalled = signal;
    // npm does not end on SIGTERM.
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
  };
  for (const signal of endingSignals) process.on(signal, pass);
  if (child.pid !== undefined) note(child);
  const [code] = await once(child, 'close').catch((error) => [error.code]);
  for (const signal of endingSignals) process.off(signal, pass);
  if (signalled !== undefined) stopped(signalled);
  return code;
}

/** As a shell reports a command that a signal ended. */
function exitSignalled(signal) {
  process.exit(128 + constants.signals[signal]);
}

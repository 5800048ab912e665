/**
 * What every command needs first: a Node that is new enough, installed dependencies, a build that is up to date.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));
const oldest = [20, 19];

/** Ends the process with one sentence that says what is wrong and what to do. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

export function prepare() {
  requireNode();
  install();
  build();
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  fail(
    `Tributary needs Node ${oldest.join('.')} or newer, and this is ${process.versions.node}; install a newer Node and try again.`,
  );
}

/** Installs when the lock file is not the one that was installed last. */
function install() {
  const stamp = join(root, 'node_modules', '.tributary-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write('Installing dependencies (once) …\n');
  // A production NODE_ENV would leave out the compiler.
  const env = { ...process.env, NODE_ENV: 'development' };
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    fail('Installing the dependencies failed; see the lines above, mend it, and start again.');
  try {
    writeFileSync(stamp, wanted);
  } catch (error) {
    fail(
      `The folder node_modules cannot be written (${error.code}); give this user write permission and start again.`,
    );
  }
}

/** Builds what changed; turbo keeps the rest. */
function build() {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const run = spawnSync(
    process.execPath,
    [turbo, 'run', 'build', '--output-logs=errors-only', '--log-prefix=none'],
    { cwd: root, env, encoding: 'utf8' },
  );
  if (run.status !== 0) fail(`${run.stdout}${run.stderr}\nThe build failed; see the lines above.`);
}

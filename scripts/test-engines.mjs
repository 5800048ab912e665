/**
 * `npm run test:engines`: starts each real engine that an adapter exists for, runs the suites of its ports against it, and says one line an engine. Names
 * choose engines: `npm run test:engines -- redis`. Skipped is only what this machine cannot have, with the reason.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, prepare, root } from './prepare.mjs';

const suffix = '.engine.test.ts';
/** Engines that the suites of another one stand on, beside those that it needs itself. */
const beside = { flink: ['postgres'] };

await prepare();
const built = join(root, 'deploy/engines/dist');
const { openRunEngines } = await import(join(built, 'run-engines.js'));
const { CannotProvision } = await import(join(built, 'recipe.js'));

const run = await openRunEngines((line) => process.stderr.write(`${line}\n`));
const withSuites = run.engines.names.filter((name) => suitesOf(name).length > 0);
const named = process.argv.slice(2);
const unknown = named.filter((name) => !withSuites.includes(name));
if (unknown.length > 0)
  fail(`There are no suites for ${unknown.join(', ')}; there are for ${withSuites.join(', ')}.`);

let vitest;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true;
    vitest?.kill(signal);
  });

const failed = [];
try {
  for (const name of named.length > 0 ? named : withSuites) {
    if (interrupted) break;
    const outcome = await tested(name);
    process.stdout.write(`${name.padEnd(10)} ${outcome.line}\n`);
    if (outcome.failed) failed.push(name);
  }
} finally {
  await run[Symbol.asyncDispose]();
}
process.exit(failed.length > 0 || interrupted ? 1 : 0);

/** Starts one engine and what it needs, runs its suites, and stops them: the large ones would not fit beside each other. */
async function tested(name) {
  let engine;
  try {
    for (const each of beside[name] ?? []) await run.engines.up(each);
    engine = await run.engines.up(name);
  } catch (error) {
    if (error instanceof CannotProvision) return { failed: false, line: `skipped: ${error.message}` };
    return { failed: true, line: `FAILED to start: ${error.message}` };
  }
  try {
    return await suites(name, { ...engine, settings: await run.engines.settings() });
  } finally {
    for (const each of run.engines.withNeeds([...(beside[name] ?? []), name]).toReversed())
      await run.engines.remove(each);
  }
}

async function suites(name, { title, settings }) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-report-'));
  const report = join(folder, 'report.json');
  const begunMs = performance.now();
  const args = ['run', '--project', 'engines', '--reporter=default', '--reporter=json'];
  vitest = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args, `--outputFile.json=${report}`, ...suitesOf(name)],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TEST_ENGINES: JSON.stringify(settings) },
    },
  );
  const said = [];
  for (const stream of [vitest.stdout, vitest.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [code] = await once(vitest, 'close');
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1);
  try {
    const { numPassedTests, numTotalTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    const left = numTotalTests - numPassedTests - numFailedTests;
    if (code === 0 && numPassedTests > 0 && left === 0)
      return { failed: false, line: `passed (${numPassedTests} tests, ${seconds} s) on ${title}` };
    process.stdout.write(Buffer.concat(said));
    return {
      failed: true,
      line: `FAILED (${numFailedTests} of ${numTotalTests} tests failed, ${left} did not run) on ${title}`,
    };
  } catch {
    process.stdout.write(Buffer.concat(said));
    return { failed: true, line: `FAILED: the tests ended with ${code} and no report, on ${title}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `<port>/<engine>.engine.test.ts`, and what is about the engine itself, in a folder of its name. */
function suitesOf(name) {
  const folder = join(root, 'packages/engines');
  return readdirSync(folder, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(suffix) && !file.includes('node_modules/') && !file.startsWith('dist/'))
    .filter((file) => file.startsWith(`${name}/`) || file.endsWith(`/${name}${suffix}`))
    .map((file) => `packages/engines/${file}`);
}

/** What `npm run test:engines` runs on engines that are up: vitest, quiet unless something fails. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/** The one that runs now: who interrupts this run means it. */
let running;

export function interruptTests(signal) {
  running?.kill(signal);
}

/** What tests measured (`tellFigure`), a line each; nothing where there is no report. */
function tellFigures(report) {
  let results;
  try {
    results = JSON.parse(textOf(report) ?? '').testResults;
  } catch {
    // None, or half of one: what became of the tests is told elsewhere.
    return;
  }
  for (const { assertionResults } of results)
    for (const { title, meta } of assertionResults)
      if (meta?.figure !== undefined) process.stdout.write(`  ${title}: ${meta.figure}\n`);
}

/**
 * Runs one project of vitest, or some files of it, on the engines that `settings` name; `inTurn`, a file after the other. Answers how many tests passed and in how many seconds,
 * or what went wrong; then all that vitest said is printed.
 */
export async function runTests({ project, files = [], settings, inTurn = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-report-'));
  const report = join(folder, 'report.json');
  const begunMs = performance.now();
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
  if (inTurn) args.push('--no-file-parallelism');
  const vitest = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args, `--outputFile.json=${report}`, ...files],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TEST_ENGINES: JSON.stringify(settings) },
    },
  );
  running = vitest;
  const said = [];
  for (const stream of [vitest.stdout, vitest.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [code] = await once(vitest, 'close');
  running = undefined;
  const seconds = (performance.now() - begunMs) / 1_000;
  const { outcomeOfReport } = await import(join(root, 'deploy/engines/dist/test-outcome.js'));
  const fault = outcomeOfReport(textOf(report), code);
  if (fault.why !== undefined) process.stdout.write(Buffer.concat(said));
  tellFigures(report);
  rmSync(folder, { recursive: true, force: true });
  return { ...fault, seconds };
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

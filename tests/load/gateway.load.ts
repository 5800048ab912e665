import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figures, loadOn } from './gateway-clients.ts';
import { cpuSeconds, residentBytes } from './process-figures.ts';
import { median, report } from './report.ts';

/**
 * The gateway alone on one core, over four subgraphs that answer from memory on another with the clients: the public benchmark's operation, whose answer
 * has 88 KB, by 50 connections. Every answer is compared with what is expected. Linux, with two cores or more.
 */
const folder = fileURLToPath(new URL('../../load/federation/', import.meta.url));
const main = fileURLToPath(import.meta.resolve('@tributary/gateway')).replace(
  /index\.js$/,
  'standalone/main.js',
);
const query = readFileSync(join(folder, 'query.graphql'), 'utf8');
const expected = readFileSync(join(folder, 'expected.generated.json'), 'utf8').trim();
const clients = 50;
const warmMs = 5_000;
const durationMs = 10_000;

execFileSync('taskset', ['-pc', '1', String(process.pid)]);
const temporary = await mkdtemp(join(tmpdir(), 'gateway-load-'));
const started: ChildProcess[] = [];
try {
  const subgraphs = await start('1', fileURLToPath(new URL('federation-subgraphs.js', import.meta.url)), []);
  const compose = join(temporary, 'supergraph.yaml');
  const addresses = JSON.parse(subgraphs.line) as Record<string, string>;
  const entries = Object.entries(addresses).map(
    ([name, url]) =>
      `  ${name}: { routing_url: "${url}", schema: { file: ${join(folder, `${name}.graphql`)} } }`,
  );
  await writeFile(compose, `subgraphs:\n${entries.join('\n')}\n`);
  const gateway = await start('0', main, ['--compose', compose, '--port', '0']);
  const url = gateway.line.slice(gateway.line.indexOf('http'));
  const rows = {
    'unique authorization': await measured(gateway.pid, url, true),
    'equal requests': await measured(gateway.pid, url, false),
  };
  await report('gateway', rows);
} finally {
  for (const child of started) child.kill();
  await rm(temporary, { recursive: true });
}

async function measured(
  pid: number,
  url: string,
  unique: boolean,
): Promise<Figures & { cpuMs: number; rssMB: number }> {
  const load = { url, query, expected, clients, unique };
  await loadOn({ ...load, durationMs: warmMs });
  const runs: (Figures & { cpuMs: number; rssMB: number })[] = [];
  for (let run = 0; run < 3; run += 1) {
    const before = cpuSeconds(pid);
    const figures = await loadOn({ ...load, durationMs });
    const answered = figures.requestsPerSecond * (durationMs / 1_000);
    const cpuMs = ((cpuSeconds(pid) - before) / answered) * 1_000;
    runs.push({ ...figures, cpuMs, rssMB: residentBytes(pid) / 1_048_576 });
  }
  return median(runs, (figures) => figures.requestsPerSecond);
}

/** A process of its own on one core; resolves with the first line it writes. */
async function start(
  core: string,
  program: string,
  given: readonly string[],
): Promise<{ readonly pid: number; readonly line: string }> {
  // taskset becomes the program: its number is that of the program.
  const child = spawn('taskset', ['-c', core, process.execPath, program, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  started.push(child);
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { pid: child.pid ?? 0, line: line.trim() };
}

import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from '@tributary/schema';
import { contracts, type SubgraphName } from './faults/contracts.ts';
import { type MeasuredLoad, startLoad } from './faults/measured-load.ts';
import { type Running, start } from './gateways/running.ts';
import { residentBytes } from './process-figures.ts';
import { report } from './report.ts';

/**
 * The gateway alone under a steady load, while one subgraph after the other fails in each way: what becomes of operations on the others, how soon nobody waits for
 * the one any more, how soon it is asked again when it is well, and what is left in memory. The gateway has one core; subgraphs and load share another. Linux.
 */
const perSecond = Number(process.argv[3] ?? 200);
const warmMs = 10_000;
const spanMs = 8_000;
const timeoutMs = 500;
const answerBytes = 1_000_000;
const opensWithinMs = 1_000;
const closesWithinMs = 5_000;
/** Connections that nobody uses are closed by then. */
const restMs = 15_000;
const pollMs = 25;
const [gatewayCore, otherCore] = ['0', '1'];

/** Those that end the subgraph's answers; with the rest it still answers, and nobody is kept from it. */
const breaking = ['killed', 'slow', 'garbage', 'errors', 'endless', 'huge'] as const;
const faults = ['none', ...breaking, 'polluted', 'types'] as const;
type Fault = (typeof faults)[number];
const chosen = process.argv[4]?.split(',');

const names = Object.keys(contracts) as readonly SubgraphName[];
const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const now = (): number => performance.timeOrigin + performance.now();

const ports = new Map<SubgraphName, string>();
const processes = new Map<SubgraphName, Running>();
async function startSubgraph(name: SubgraphName): Promise<void> {
  const command = [program('faults/failing-subgraph.js'), name, ports.get(name) ?? '0'];
  const running = start({ command, core: otherCore });
  processes.set(name, running);
  ports.set(name, new URL(await running.line).port);
}

async function set(name: SubgraphName, fault: Fault): Promise<void> {
  if (fault === 'killed') await processes.get(name)?.[Symbol.asyncDispose]();
  else await fetch(`http://127.0.0.1:${ports.get(name)}/fault`, { method: 'POST', body: fault });
}

async function mend(name: SubgraphName, fault: Fault): Promise<void> {
  if (fault === 'killed') await startSubgraph(name);
  else await fetch(`http://127.0.0.1:${ports.get(name)}/fault`, { method: 'POST', body: '' });
}

/** Waits until the gateway says so of a subgraph's circuit. Resolves with the milliseconds, or Infinity. */
async function circuit(
  name: SubgraphName,
  is: (figure: number) => boolean,
  withinMs: number,
): Promise<number> {
  const sinceMs = now();
  const line = new RegExp(`^tributary_gateway_breaker_state\\{subgraph="${name}"\\} (\\d)$`, 'm');
  while (now() - sinceMs < withinMs) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    if (is(Number(line.exec(text)?.[1] ?? 0))) return now() - sinceMs;
    await wait(pollMs);
  }
  return Number.POSITIVE_INFINITY;
}

/** What a process holds. */
function held(pid: number): { readonly rssMb: number; readonly openFiles: number } {
  return { rssMb: residentBytes(pid) / 2 ** 20, openFiles: readdirSync(`/proc/${pid}/fd`).length };
}

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

const folder = await mkdtemp(join(tmpdir(), 'faults-'));
const metricsPort = await freePort();
const rows: Record<string, object> = {};
const faultsFound: string[] = [];
let worst = 0;
let gateway: Running | undefined;
let load: MeasuredLoad | undefined;
try {
  for (const name of names) await startSubgraph(name);
  const supergraph = composeSupergraph(names.map((name) => ({ name, sdl: contracts[name].sdl })));
  await writeFile(join(folder, 'supergraph.graphql'), supergraph);
  const subgraphs = Object.fromEntries(
    names.map((name) => [name, { url: `http://127.0.0.1:${ports.get(name)}/graphql` }]),
  );
  await writeFile(join(folder, 'gateway.json'), JSON.stringify({ timeoutMs, answerBytes, subgraphs }));
  const main = fileURLToPath(import.meta.resolve('@tributary/gateway/standalone'));
  gateway = start({
    command: [
      main.replace(/standalone-gateway\.js$/, 'main.js'),
      ...['--supergraph', join(folder, 'supergraph.graphql'), '--config', join(folder, 'gateway.json')],
      ...['--port', '0', '--metrics-port', metricsPort],
    ],
    core: gatewayCore,
  });
  const { pid } = gateway;
  const line = await gateway.line;
  const atFirst = held(pid);
  load = startLoad(line.slice(line.indexOf('http')), perSecond, otherCore);
  await wait(warmMs);
  for (const fault of faults.filter((each) => chosen?.includes(each) ?? true))
    for (const name of names) {
      const breaks = breaking.some((each) => each === fault);
      const beforeMs = now();
      await wait(spanMs);
      const brokenMs = now();
      await set(name, fault);
      const openedMs = breaks ? await circuit(name, (figure) => figure > 0, spanMs / 2) : 0;
      await wait(Math.max(0, brokenMs + spanMs - now()));
      const mendedMs = now();
      await mend(name, fault);
      const closedMs = breaks ? await circuit(name, (figure) => figure === 0, 2 * closesWithinMs) : 0;
      // What was under way then ends by its time limit.
      await wait(2 * timeoutMs);
      const before = load.figures({ fromMs: beforeMs, untilMs: brokenMs }, name);
      const during = load.figures({ fromMs: brokenMs, untilMs: mendedMs }, name);
      const ratio = during.othersP95Ms / before.othersP95Ms;
      const what = `${name} ${fault}`;
      worst = Math.max(worst, ratio);
      rows[what] = {
        beforeP95Ms: before.othersP95Ms,
        p95Ms: during.othersP95Ms,
        ratio,
        ...(breaks ? { openedMs, closedMs } : {}),
        slowestMs: during.slowestMs,
        ...held(pid),
      };
      process.stdout.write(`${what.padEnd(20)} ${JSON.stringify(rows[what])}\n`);
      if (during.othersHurt > 0) faultsFound.push(`${what}: ${during.othersHurt} of the others were hurt`);
      if (during.unanswered > 0) faultsFound.push(`${what}: ${during.unanswered} had no answer at all`);
      if (openedMs > opensWithinMs) faultsFound.push(`${what}: opened after ${openedMs} ms`);
      if (closedMs > closesWithinMs) faultsFound.push(`${what}: closed after ${closedMs} ms`);
    }
  await load[Symbol.asyncDispose]();
  load = undefined;
  await wait(restMs);
  const atLast = held(pid);
  rows['held at first'] = atFirst;
  rows['held at last'] = atLast;
  await report('faults', rows, { 'p95 of the others, meanwhile to before, at worst': { is: worst } });
  if (atLast.openFiles > atFirst.openFiles * 1.5)
    faultsFound.push(`${atLast.openFiles} open files, ${atFirst.openFiles} at first`);
} finally {
  await load?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  for (const running of processes.values()) await running[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}
if (faultsFound.length > 0) throw new Error(faultsFound.join('\n'));

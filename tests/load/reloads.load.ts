import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildStandaloneGateway, defaultStandaloneSettings } from '@tributary/gateway/standalone';
import { createLogger } from '@tributary/runtime';
import { composeSupergraph } from '@tributary/schema';
import { start } from './gateways/running.ts';
import { residentBytes } from './process-figures.ts';
import { type ClientsTold, contracts } from './reloads/contracts.ts';
import { report } from './report.ts';

/**
 * Ten thousand supergraphs, one after the other, under load: no request may fail, no subscription may end, and memory may not grow with their number. Each differs
 * from the one before, so that all of it is made anew: schema, planners, operations. The gateway has this process for itself; subgraphs and clients are others. Linux.
 */
const reloads = Number(process.argv[3] ?? 10_000);
const every = Math.max(1, Math.floor(reloads / 20));
/** What the second half may need beyond the first; what V8 and the allocator hold back goes up and down between two looks. */
const mayGrow = 1.1;
const otherCore = '1';
const quietMs = 2_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await using subgraphs = start({ command: [program('reloads/subgraphs.js')], core: otherCore });
const address = await subgraphs.line;
const composed = composeSupergraph(
  Object.entries(contracts).map(([name, sdl]) => ({ name, sdl })),
).replaceAll(/http:\/\/\w+\.invalid/g, address);
const supergraph = (number: number): string => composed.replaceAll('Numbered', `Numbered${number}`);

const log = createLogger({ name: 'reloads', level: 'warn' });
await using gateway = buildStandaloneGateway({
  supergraphSdl: supergraph(0),
  settings: defaultStandaloneSettings,
  log,
});
const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
const clients = spawn(
  'taskset',
  ['-c', otherCore, process.execPath, program('reloads/clients.js'), `${url}/graphql`],
  {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  },
);
let told: ClientsTold = { answered: 0, failed: 0, ticks: 0, dropped: 0 };
clients.on('message', (message) => {
  told = message as ClientsTold;
});
let isOver = false;
clients.on('exit', () => {
  if (!isOver) throw new Error('the clients ended');
});

const rows: Record<string, { rssMb: number; heapMb: number }> = {};
const look = (after: number): void => {
  collectGarbage();
  const rssMb = residentBytes(process.pid) / 2 ** 20;
  rows[`after ${after}`] = { rssMb, heapMb: process.memoryUsage().heapUsed / 2 ** 20 };
  process.stdout.write(`after ${after}: ${Math.round(rssMb)} MB, ${JSON.stringify(told)}\n`);
};
/** Whether clients are still answered, and told of events. */
async function hear(): Promise<void> {
  const before = told;
  while (told.answered === before.answered || told.ticks === before.ticks) await once(clients, 'message');
}
await hear();
look(0);
for (let number = 1; number <= reloads; number += 1) {
  await gateway.replace(supergraph(number));
  // Each answers somebody before the next comes.
  const { answered } = told;
  while (told.answered === answered) await once(clients, 'message');
  if (number % every === 0) look(number);
}
await hear();
const ended = told;
await new Promise((resolve) => setTimeout(resolve, quietMs));
isOver = true;
const exit = once(clients, 'exit');
clients.disconnect();
await exit;

const looks = Object.values(rows);
const half = Math.ceil(looks.length / 2);
const most = (of: 'rssMb' | 'heapMb', part: typeof looks): number => Math.max(...part.map((row) => row[of]));
const grownBy = (of: 'rssMb' | 'heapMb'): number =>
  most(of, looks.slice(half)) / most(of, looks.slice(0, half));
const ratios = {
  'resident, second half to first': { is: grownBy('rssMb'), most: mayGrow },
  'heap, second half to first': { is: grownBy('heapMb'), most: mayGrow },
};
await report('reloads', { ...rows, clients: ended }, ratios);
if (ended.failed > 0 || ended.dropped > 0)
  throw new Error(
    `${ended.failed} of ${ended.answered} requests failed, ${ended.dropped} subscriptions ended`,
  );

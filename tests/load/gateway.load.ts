import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from '@tributary/schema';
import { type Gateway, hiveRouter, ours, oursWith, peersIn, type StartGateway } from './gateways/gateways.ts';
import { start } from './gateways/running.ts';
import { coldPlans, type GatewayFigures, largeAnswers, underLoad } from './gateways/scenarios.ts';
import { report } from './report.ts';

/**
 * Gateways on one core, each alone in turn, over subgraphs that answer from memory on another with the clients: the public benchmark's operation, whose answer
 * has 88 KB, by 50 connections. Every answer is compared with what is expected. Linux, with two cores or more. The peers are in the folder that
 * GATEWAY_PEERS names; without it ours is measured alone. Hive Router runs as well where HIVE_ROUTER names its program.
 */
const folder = fileURLToPath(new URL('../../load/federation/', import.meta.url));
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const asked = { query: text('query.graphql'), expected: text('expected.generated.json').trim() };
const names = ['accounts', 'archive', 'inventory', 'products', 'reviews'];
const clientCore = '1';
/** What ours must be to a peer at the least where nothing is remembered. */
const leastToPeer = { '@apollo/gateway': 10, 'Hive Gateway': 4 };
/** The same where nothing is shared either: ours with tokens that subgraphs see, the peers as they are. */
const leastUnshared = { '@apollo/gateway': 5, 'Hive Gateway': 1.6 };

execFileSync('taskset', ['-pc', clientCore, String(process.pid)]);
const temporary = await mkdtemp(join(tmpdir(), 'gateway-load-'));
try {
  const rows: Record<string, object> = {};
  const changingData: Record<string, GatewayFigures> = {};
  let unshared: GatewayFigures | undefined;
  await using steady = await subgraphs('steady');
  await using changing = await subgraphs('changing');
  const { GATEWAY_PEERS: installed, HIVE_ROUTER: router } = process.env;
  const all = {
    Tributary: ours,
    ...(installed === undefined ? {} : peersIn(installed)),
    ...(router === undefined ? {} : { 'Hive Router': hiveRouter(router) }),
  };
  for (const [who, open] of Object.entries(all)) {
    const add = (what: string, figures: object): void => {
      rows[`${who}, ${what}`] = figures;
      process.stdout.write(`${who}, ${what}: ${JSON.stringify(figures)}\n`);
    };
    await over(open, steady.file, async (gateway) => {
      add('a token for each', await underLoad(gateway, asked, { unique: true }));
      add('equal', await underLoad(gateway, asked, { unique: false }));
      add('cold', await coldPlans(gateway, asked));
      add('8 MB', await largeAnswers(gateway));
    });
    await over(open, changing.file, async (gateway) => {
      const figures = await underLoad(gateway, asked, { unique: true });
      changingData[who] = figures;
      add('a token for each, changing data', figures);
      add('8 MB, changing data', await largeAnswers(gateway));
    });
    if (open !== ours) continue;
    await over(open, steady.file, async (gateway) => {
      add('a token for each, 500 clients', await underLoad(gateway, asked, { clients: 500, unique: true }));
    });
    // A token that subgraphs see: no two requests share anything, on either side.
    const handsOn = oursWith(await settings('headers: { forward: [authorization] }'));
    await over(handsOn, steady.file, async (gateway) => {
      add('a token for each, handed on', await underLoad(gateway, asked, { unique: true }));
    });
    await over(handsOn, changing.file, async (gateway) => {
      unshared = await underLoad(gateway, asked, { unique: true });
      add('a token for each, handed on, changing data', unshared);
    });
  }
  const ratiosOf = (
    own: GatewayFigures | undefined,
    wanted: Readonly<Record<string, number>>,
    what: string,
  ) =>
    Object.entries(wanted).flatMap(([peer, least]) => {
      const { requestsPerSecond } = changingData[peer] ?? {};
      if (own === undefined || requestsPerSecond === undefined) return [];
      return [[`to ${peer}, ${what}`, { is: own.requestsPerSecond / requestsPerSecond, least }] as const];
    });
  const ratios = [
    ...ratiosOf(changingData['Tributary'], leastToPeer, 'changing data'),
    ...ratiosOf(unshared, leastUnshared, 'nothing shared'),
  ];
  await report('gateway', rows, Object.fromEntries(ratios));
} finally {
  await rm(temporary, { recursive: true });
}

async function over(
  open: StartGateway,
  supergraph: string,
  measure: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  await using gateway = await open(supergraph);
  await measure(gateway);
}

async function settings(yaml: string): Promise<string> {
  const file = join(temporary, 'gateway.yaml');
  await writeFile(file, yaml);
  return file;
}

/** Starts the subgraphs; the file has the supergraph of those. */
async function subgraphs(kind: 'steady' | 'changing'): Promise<AsyncDisposable & { readonly file: string }> {
  const program = fileURLToPath(new URL('federation-subgraphs.js', import.meta.url));
  const running = start({ command: [program, kind], core: clientCore });
  const addresses = JSON.parse(await running.line) as Record<string, string>;
  const sdl = names.reduce(
    (whole, name) => whole.replaceAll(`http://${name}.invalid`, addresses[name] ?? ''),
    composeSupergraph(names.map((name) => ({ name, sdl: text(`${name}.graphql`) }))),
  );
  const file = join(temporary, `${kind}.graphql`);
  await writeFile(file, sdl);
  return { file, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

import { cpuSeconds, residentBytes } from '../process-figures.ts';
import { median } from '../report.ts';
import { askOnce, type Figures, loadOn } from './clients.ts';
import type { Gateway } from './gateways.ts';

export interface GatewayFigures extends Figures {
  /** Of the gateway's process, a request. */
  readonly cpuMs: number;
  readonly rssMB: number;
}

export interface Asked {
  readonly query: string;
  readonly expected: string;
}

const warmMs = 5_000;
const durationMs = 8_000;
const runs = 3;

/** Requests as fast as they are answered, by some clients: the run in the middle. */
export async function underLoad(
  gateway: Gateway,
  asked: Asked,
  { clients = 50, unique }: { readonly clients?: number; readonly unique: boolean },
): Promise<GatewayFigures> {
  const load = { ...asked, url: gateway.url, clients, unique };
  await loadOn({ ...load, durationMs: warmMs });
  const measured: GatewayFigures[] = [];
  for (let run = 0; run < runs; run += 1) {
    const before = cpuSeconds(gateway.pid);
    const figures = await loadOn({ ...load, durationMs });
    const answered = figures.requestsPerSecond * (durationMs / 1_000);
    const cpuMs = ((cpuSeconds(gateway.pid) - before) / answered) * 1_000;
    measured.push({ ...figures, cpuMs, rssMB: residentBytes(gateway.pid) / 1_048_576 });
  }
  return median(measured, (figures) => figures.requestsPerSecond);
}

/** One request at a time, each with a text that nobody sent before: reading, validating, planning and compiling it are in the figure. */
export async function coldPlans(gateway: Gateway, { query, expected }: Asked): Promise<{ p50Ms: number }> {
  const textOf = (at: number): string => query.replace('TestQuery', `Cold${at}`);
  return { p50Ms: await middleOf(30, (at) => askOnce(gateway.url, textOf(at), expected)) };
}

/** One request at a time for a list of 40,000 entries, whose answer has 8 MB. */
export async function largeAnswers(gateway: Gateway): Promise<{ p50Ms: number }> {
  const query = '{ entries(count: 40000) { id title body score rank } }';
  return { p50Ms: await middleOf(15, () => askOnce(gateway.url, query, undefined)) };
}

async function middleOf(times: number, ask: (at: number) => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let at = 0; at < times; at += 1) took.push(await ask(at));
  // The first ones find a gateway that has not compiled itself.
  return median(took.slice(Math.floor(times / 3)), (ms) => ms);
}

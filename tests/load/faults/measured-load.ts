import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SubgraphName } from './contracts.ts';
import { operations } from './contracts.ts';
import type { Answered } from './open-loop.ts';

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface SpanFigures {
  /** Of operations that do not touch the subgraph. */
  readonly othersP95Ms: number;
  /** Of them, those that were not answered whole. */
  readonly othersHurt: number;
  /** Of operations that touch it, the slowest. */
  readonly slowestMs: number;
  /** Of them, those that were not answered at all: what fails is a field, never a request. */
  readonly unanswered: number;
}

/** A steady load by a process of its own, and what becomes of it. */
export interface MeasuredLoad extends AsyncDisposable {
  figures(span: Span, subgraph: SubgraphName): SpanFigures;
}

export function startLoad(url: string, perSecond: number, core: string): MeasuredLoad {
  const program = fileURLToPath(new URL('open-loop.js', import.meta.url));
  const child = spawn('taskset', ['-c', core, process.execPath, program, url, String(perSecond)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const all: Answered[] = [];
  child.on('message', (told) => {
    for (const each of told as Answered[]) all.push(each);
  });
  const touches = ({ at }: Answered, subgraph: SubgraphName): boolean =>
    operations[at]?.touches.includes(subgraph) === true;
  return {
    figures: ({ fromMs, untilMs }, subgraph) => {
      const within = all.filter(({ dueMs }) => dueMs >= fromMs && dueMs < untilMs);
      const others = within.filter((each) => !touches(each, subgraph));
      const touching = within.filter((each) => touches(each, subgraph));
      const latencies = others.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
      return {
        othersP95Ms: latencies[Math.floor(latencies.length * 0.95)] ?? Number.NaN,
        othersHurt: others.filter(({ outcome }) => outcome !== 'whole').length,
        slowestMs: Math.max(0, ...touching.map(({ tookMs }) => tookMs)),
        unanswered: touching.filter(({ outcome }) => outcome === 'none').length,
      };
    },
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

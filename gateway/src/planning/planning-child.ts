import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { QueryPlanner } from '@graphql-hive/router-query-planner';
import { containThisProcess } from '@tributary/engines/contained-process/contain-this-process';
import { parse } from 'graphql';
import { BoundedCache } from './bounded-cache.ts';
import type { Planner } from './planner.ts';
import { faultOf } from './planning-fault.ts';
import type { FromPlanning, KnownGraph, PlanningQuestion, ToPlanning } from './planning-messages.ts';

// The process in which operations are planned: it answers one message after the other.

/** Supergraphs of late: the one in force, the one before, the next, and of whoever else shares the process. */
const mostGraphs = 4;
type Addon = { readonly QueryPlanner: typeof QueryPlanner };

containThisProcess();
const collectGarbage = garbageCollector();
const addon = loadAddon();
/** Undefined where the planner cannot read the graph. */
const native = new BoundedCache<{ readonly planner: QueryPlanner | undefined }>(mostGraphs);
const apollo = new BoundedCache<Planner>(mostGraphs);
process.on('message', (message: ToPlanning) => {
  answer(message)
    .catch((error: unknown) => ({ kind: 'unplanned' as const, fault: faultOf(error) }))
    .then((said: FromPlanning) => process.send?.(said));
});
process.send?.({ kind: 'begun' } satisfies FromPlanning);

async function answer(message: ToPlanning): Promise<FromPlanning> {
  if (message.kind === 'forget') return forget(message.graph);
  if (message.planner === 'apollo')
    return message.kind === 'graph' ? readForApollo(message.graph) : byApollo(message);
  if (addon === undefined) return { kind: 'absent' };
  return message.kind === 'graph' ? readForHive(addon, message.graph) : byHive(message);
}

function forget(name: string): FromPlanning {
  native.delete(name);
  apollo.delete(name);
  collectGarbage();
  return { kind: 'ready' };
}

function readForHive({ QueryPlanner }: Addon, { name, sdl }: KnownGraph): FromPlanning {
  const forgets = native.size >= mostGraphs && native.get(name) === undefined;
  native.set(name, { planner: undefined });
  // What a native planner holds is nothing to the engine, which has no reason to free it.
  if (forgets) collectGarbage();
  native.set(name, { planner: new QueryPlanner(sdl) });
  return { kind: 'ready' };
}

/** Most graphs never need it, and what it is made of is large. */
async function readForApollo({ name, sdl }: KnownGraph): Promise<FromPlanning> {
  const { loadSupergraph } = await import('./supergraph.ts');
  apollo.set(name, loadSupergraph(sdl, { isTrusted: true, planner: 'apollo' }).planner);
  return { kind: 'ready' };
}

function byHive({ graph, question }: Asked): FromPlanning {
  const known = native.get(graph);
  if (known === undefined) return { kind: 'unknown' };
  if (known.planner === undefined) throw new Error('the native planner cannot read the supergraph');
  const { text, operationName, labels, drawn } = question;
  return { kind: 'hive', plan: known.planner.plan(text, operationName, new Set(labels), drawn) };
}

async function byApollo({ graph, question }: Asked): Promise<FromPlanning> {
  const planner = apollo.get(graph);
  if (planner === undefined) return { kind: 'unknown' };
  const { text, operationName, labels, drawn } = question;
  const inForce = { key: '', labels: new Set(labels), drawn };
  return {
    kind: 'apollo',
    plan: await planner.plan(parse(text, { noLocation: true }), operationName, inForce),
  };
}

interface Asked {
  readonly graph: string;
  readonly question: PlanningQuestion;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function loadAddon(): Addon | undefined {
  try {
    return createRequire(import.meta.url)('@graphql-hive/router-query-planner') as Addon;
  } catch {
    return undefined;
  }
}

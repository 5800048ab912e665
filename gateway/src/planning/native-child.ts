import { createRequire } from 'node:module';
import type { QueryPlanner } from '@graphql-hive/router-query-planner';
import { containThisProcess } from '@tributary/engines/contained-process/contain-this-process';
import { BoundedCache } from './bounded-cache.ts';
import type { FromNative, NativeGraph, NativeQuestion, ToNative } from './native-messages.ts';

// The process of the native planner: it answers one message after the other.

/** Supergraphs of late: the one in force, the one before, the next, and of whoever else shares the process. */
const mostGraphs = 4;
type Addon = { readonly QueryPlanner: typeof QueryPlanner };

containThisProcess();
const addon = loadAddon();
/** Undefined where the planner cannot read the graph. */
const planners = new BoundedCache<{ readonly planner: QueryPlanner | undefined }>(mostGraphs);
process.on('message', (message: ToNative) => void process.send?.(answer(message)));

function answer(message: ToNative): FromNative {
  if (addon === undefined) return { kind: 'absent' };
  return message.kind === 'graph' ? read(addon, message) : plan(message);
}

function read({ QueryPlanner }: Addon, { name, sdl }: NativeGraph): FromNative {
  try {
    planners.set(name, { planner: new QueryPlanner(sdl) });
    return { kind: 'ready' };
  } catch {
    planners.set(name, { planner: undefined });
    return { kind: 'unplanned' };
  }
}

function plan({ graph, text, operationName, labels, drawn }: NativeQuestion): FromNative {
  const known = planners.get(graph);
  if (known === undefined) return { kind: 'unknown' };
  try {
    const found = known.planner?.plan(text, operationName, new Set(labels), drawn);
    return found === undefined ? { kind: 'unplanned' } : { kind: 'planned', plan: found };
  } catch {
    return { kind: 'unplanned' };
  }
}

function loadAddon(): Addon | undefined {
  try {
    return createRequire(import.meta.url)('@graphql-hive/router-query-planner') as Addon;
  } catch {
    return undefined;
  }
}

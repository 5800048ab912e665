import { createHash } from 'node:crypto';
import type { Logger } from '@tributary/runtime';
import { type DocumentNode, print } from 'graphql';
import { asksFor, contextFields } from './context-fields.ts';
import { fromHivePlan } from './hive-plan.ts';
import { interfaceObjects, meets } from './interface-objects.ts';
import { nativePlanning } from './native-planning.ts';
import type { LabelsInForce } from './override-labels.ts';
import type { Plan } from './plan.ts';
import type { PlannedGraph, Planner } from './planner.ts';
import { ProvidedFields } from './provided-fields.ts';

/**
 * The planner of Hive Router, native: faster, with plans of fewer fetches, and right where Apollo's is wrong about `@requires` with arguments and about keys
 * that do not resolve. Behind interface objects it finds no way to some fields, and leaves others out of its plan without a word; of arguments from context
 * it knows nothing, and asks without them; what a subgraph provides below one field it asks for below all. What meets one of these `other` plans, and whatever else this one cannot: it works in a process of its own, which
 * some operations end.
 * On systems that it has no binary for (musl, Windows) `other` plans everything. It is made when it is needed first: of a large graph it takes seconds, and
 * most graphs never need it.
 */
export function hivePlanner(
  { sdl, apiSchema, supergraphSchema }: PlannedGraph,
  makeOther: () => Planner,
  log?: Logger,
): Planner {
  let other: Planner | undefined;
  const graph = { name: createHash('sha256').update(sdl).digest('base64'), sdl };
  const interfaces = interfaceObjects(sdl);
  const contextual = contextFields(supergraphSchema);
  const provided = new ProvidedFields(sdl, supergraphSchema);
  void nativePlanning.prepare(graph);
  const own = async (
    document: DocumentNode,
    operationName: string | undefined,
    { labels, drawn }: LabelsInForce,
  ): Promise<{ readonly plan: Plan } | undefined> => {
    const question = { text: print(document), operationName, labels: [...labels], drawn };
    const found = await nativePlanning.plan(graph, question, log);
    if (found === undefined) return undefined;
    try {
      const plan = fromHivePlan(found);
      return asksFor(plan, contextual) || provided.isMisplacedIn(plan) ? undefined : { plan };
    } catch {
      // It has a step that nobody knows here.
      return undefined;
    }
  };
  return {
    plan: async (document, operationName, inForce) => {
      const found = meets(apiSchema, document, interfaces)
        ? undefined
        : await own(document, operationName, inForce);
      if (found !== undefined) return found.plan;
      other ??= makeOther();
      return other.plan(document, operationName, inForce);
    },
  };
}

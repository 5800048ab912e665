import { type DocumentNode, Kind, visit } from 'graphql';
import { type ApartOptions, ApartPlanner } from './apart-planner.ts';
import { asksFor, contextFields } from './context-fields.ts';
import { fromHivePlan } from './hive-plan.ts';
import { interfaceObjects, meets } from './interface-objects.ts';
import type { Plan } from './plan.ts';
import type { PlannedGraph, Planner } from './planner.ts';
import type { PlanningCall } from './planning-host.ts';
import { planningProcess } from './planning-process.ts';
import { ProvidedFields } from './provided-fields.ts';
import type { RequiredArguments } from './required-arguments.ts';
import { requiresInTwoWays } from './required-together.ts';

export interface HivePlannerOptions extends ApartOptions {
  /** Where fields are required in several ways. */
  readonly required: RequiredArguments | undefined;
}

/**
 * The planner of Hive Router, native: faster, with plans of fewer fetches, and right where Apollo's is wrong about `@requires` with arguments and about keys
 * that do not resolve. Behind interface objects it finds no way to some fields, and leaves others out of its plan without a word; of arguments from context
 * it knows nothing, and asks without them; what a subgraph provides below one field it asks for below all; of two ways in which a field is
 * required it tells one for both, below lists; and it leaves out what directives clients write. What meets one of these Apollo's planner plans, and whatever
 * else this one cannot. On systems that it has no binary for (musl, Windows) that is everything. Both work in a process of their own (`planning-process.ts`); where there can be
 * none, `other` is made and plans here.
 */
export function hivePlanner(planned: PlannedGraph, { required, ...options }: HivePlannerOptions): Planner {
  const { document: graph, apiSchema, supergraphSchema } = planned;
  const apollo = new ApartPlanner(planned, 'hive', options);
  const interfaces = interfaceObjects(graph);
  const contextual = contextFields(supergraphSchema);
  const provided = new ProvidedFields(graph, supergraphSchema);
  const natively = async (call: PlanningCall): Promise<{ readonly plan: Plan } | undefined> => {
    const found = await planningProcess.planNatively(apollo.graph, call);
    if (found === undefined) return undefined;
    try {
      const plan = fromHivePlan(found);
      const isWrong =
        asksFor(plan, contextual) ||
        provided.isMisplacedIn(plan) ||
        (required !== undefined && requiresInTwoWays(plan, required));
      return isWrong ? undefined : { plan };
    } catch {
      // It has a step that nobody knows here.
      return undefined;
    }
  };
  return {
    plan: async (document, operationName, inForce) => {
      const call = apollo.callOf(document, operationName, inForce);
      const isForOther = meets(apiSchema, document, interfaces) || hasDirectives(document);
      const found = isForOther ? undefined : await natively(call);
      if (found !== undefined) return found.plan;
      // What has begun is made to its end, for whoever came to wait for it meanwhile.
      const begun = { ...call, asking: { hash: inForce.asking?.hash } };
      return apollo.plan(document, operationName, inForce, isForOther ? call : begun);
    },
    close: () => apollo.close(),
  };
}

/** Whether any directive is left where conditions are decided: one of the graph's own, which subgraphs are to see. */
function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: () => {
      found = true;
    },
  });
  return found;
}

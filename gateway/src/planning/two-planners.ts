import { type ApartOptions, ApartPlanner } from './apart-planner.ts';
import { NativePlans } from './native-plans.ts';
import type { PlannedGraph, Planner, PlannerName } from './planner.ts';
import type { RequiredArguments } from './required-arguments.ts';
import type { SubgraphTypes } from './subgraph-types.ts';
import { isUnplanned } from './unplanned.ts';

export interface TwoPlannersOptions extends ApartOptions {
  /** Whose plan is asked for before the other's. */
  readonly first: PlannerName;
  /** Where fields are required in several ways. */
  readonly required: RequiredArguments | undefined;
  /** What objects can be in the subgraphs. */
  readonly types: SubgraphTypes;
}

/**
 * Apollo's planner and the planner of Hive Router, which is native: faster, with plans of fewer fetches, and right where Apollo's is wrong about `@requires` with
 * arguments and about keys that do not resolve. Behind interface objects it finds no way to some fields, and leaves others out of its plan without a word; of arguments
 * from context it knows nothing, and asks without them; what a subgraph provides below one field it asks for below all; of two ways in which a field is
 * required it tells one for both, below lists; and it leaves out what directives clients write. What meets one of these Apollo's planner plans, and whatever
 * else this one cannot; and the other way round what Apollo's has no plan for, or none that is right, this one plans where its plan is seen to be whole. On systems that
 * it has no binary for (musl, Windows) Apollo's plans everything. Both work in a process of their own (`planning-process.ts`); where there can be
 * none, `makeOther` is made and plans here.
 */
export function twoPlanners(planned: PlannedGraph, options: TwoPlannersOptions): Planner {
  const { first, required, types, ...apart } = options;
  const apollo = new ApartPlanner(planned, first, apart);
  const native = new NativePlans(apollo.graph, planned, { required, types });
  return {
    plan: async (document, operationName, inForce) => {
      const call = apollo.callOf(document, operationName, inForce);
      const isForNative = first === 'hive' && native.takes(document);
      const found = isForNative ? await native.plan(call) : undefined;
      if (found !== undefined) return found.plan;
      // What has begun is made to its end, for whoever came to wait for it meanwhile.
      const begun = { ...call, asking: { hash: inForce.asking?.hash } };
      try {
        return await apollo.plan(document, operationName, inForce, isForNative ? begun : call);
      } catch (error) {
        if (isForNative || !isUnplanned(error)) throw error;
        const instead = await native.planInstead(begun, document);
        if (instead === undefined) throw error;
        return instead.plan;
      }
    },
    close: () => apollo.close(),
  };
}

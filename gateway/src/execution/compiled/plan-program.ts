import type { Plan, PlanNode } from '../../planning/plan.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import type { PlanParts } from './plan-parts.ts';
import type { PlanProgram } from './plan-run.ts';
import { compileRootFetch } from './root-fetch.ts';

const nothing: PlanProgram = () => Promise.resolve();

/** Compiles a plan to closures, once per operation. What does not depend on variables or data is decided here. */
export function compilePlan(plan: Plan, parts: PlanParts): PlanProgram {
  return plan === undefined ? nothing : compileNode(plan, parts);
}

function compileNode(node: PlanNode, parts: PlanParts): PlanProgram {
  switch (node.kind) {
    case 'root':
      return compileRootFetch(node, parts);
    case 'entities':
      return compileEntityFetch(node, parts);
    case 'sequence': {
      const programs = node.nodes.map((child) => compileNode(child, parts));
      return async (run) => {
        for (const program of programs) await program(run);
      };
    }
    case 'parallel': {
      const programs = node.nodes.map((child) => compileNode(child, parts));
      return async (run) => {
        await Promise.all(programs.map((program) => program(run)));
      };
    }
  }
}

import type { Plan, PlanNode } from '../../planning/plan.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import type { FetchParts, PlanParts } from './plan-parts.ts';
import type { PlanProgram } from './plan-run.ts';
import { compileRootFetch } from './root-fetch.ts';

const nothing: PlanProgram = () => Promise.resolve();

/** Compiles a plan to closures, once per operation. What does not depend on variables or data is decided here. */
export function compilePlan(plan: Plan, parts: PlanParts): PlanProgram {
  return plan === undefined ? nothing : compileNode(plan, { ...parts, typeSteps: hasTypeSteps(plan) });
}

function compileNode(node: PlanNode, parts: FetchParts): PlanProgram {
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

function hasTypeSteps(node: PlanNode): boolean {
  if (node.kind === 'root') return node.path.some((step) => typeof step !== 'string');
  if (node.kind !== 'entities') return node.nodes.some(hasTypeSteps);
  return node.groups.some(({ paths }) => paths.some((path) => path.some((step) => typeof step !== 'string')));
}

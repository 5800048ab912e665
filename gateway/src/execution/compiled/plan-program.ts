import { fetchPlaces } from '../../planning/fetch-places.ts';
import {
  type EntityFetch,
  fetchesOf,
  type Plan,
  type PlanNode,
  type PlanPath,
  type RootFetch,
} from '../../planning/plan.ts';
import type { AnswerShape } from './answer-shape.ts';
import type { CompiledSize } from './compiled-size.ts';
import { compileContextFetch } from './context-fetch.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import type { PassAnswer } from './passed-answer.ts';
import type { FetchParts, PlanParts } from './plan-parts.ts';
import type { PlanProgram } from './plan-run.ts';
import { compileRootFetch } from './root-fetch.ts';

const nothing: PlanProgram = { run: async () => undefined, follow: async () => true };

export interface PlannedAnswer extends Pick<AnswerShape, 'lossBy'> {
  /** Knows the client's answer, where one fetch may bring it as it is sent. */
  readonly passes: PassAnswer | undefined;
  /** Grows by what is compiled. */
  readonly size: CompiledSize;
}

/** Compiles a plan to closures, once per operation. What does not depend on variables or data is decided here. */
export function compilePlan(
  plan: Plan,
  parts: PlanParts,
  { passes, size, lossBy }: PlannedAnswer,
): PlanProgram {
  if (plan === undefined) return nothing;
  let fetches = 0;
  const nextIndex = (): number => {
    fetches += 1;
    return fetches - 1;
  };
  const isAlone = plan.kind === 'root' && plan.path.length === 0 && plan.outputRewrites.length === 0;
  const passed = isAlone ? passes : undefined;
  return compileNode(plan, {
    ...parts,
    isAskedApart: asksApart(plan),
    passes: passed,
    size,
    lossBy,
    nextIndex,
  });
}

function compileNode(node: PlanNode, parts: FetchParts): PlanProgram {
  switch (node.kind) {
    case 'root':
      return compileRootFetch(node, parts);
    case 'entities':
      return node.context.length > 0 ? compileContextFetch(node, parts) : compileEntityFetch(node, parts);
    case 'sequence': {
      let since = 0;
      const steps = node.nodes.map((child, at) => {
        const program = compileNode(child, parts);
        if (at === 0 || !beginsWithMutation(child)) return { program, isInVain: undefined };
        const before = node.nodes.slice(since, at);
        since = at;
        return { program, isInVain: parts.lossBy(new Set(before.flatMap(rootKeys))) };
      });
      const programs = steps.map(({ program }) => program);
      return {
        run: async (run) => {
          for (const { program, isInVain } of steps) {
            if (isInVain?.(run) === true) return;
            await program.run(run);
          }
        },
        follow: async (run) => {
          for (const program of programs) if (!(await program.follow(run))) return false;
          return true;
        },
      };
    }
    case 'parallel': {
      const programs = node.nodes.map((child) => compileNode(child, parts));
      return {
        run: async (run) => {
          await Promise.all(programs.map((program) => program.run(run)));
        },
        follow: async (run) => {
          const same = await Promise.all(programs.map((program) => program.follow(run)));
          return same.every(Boolean);
        },
      };
    }
  }
}

/** Those that follow a mutation which leaves no data are not done (GraphQL §6.4.4 leaves that open, one server does so). */
function beginsWithMutation(node: PlanNode): boolean {
  const [first] = fetchesOf(node);
  return first !== undefined && isOfRoot(first) && fetchPlaces(first).isMutation;
}

function rootKeys(node: PlanNode): readonly string[] {
  return fetchesOf(node).flatMap((fetch) => (isOfRoot(fetch) ? [...fetchPlaces(fetch).brought] : []));
}

function isOfRoot(fetch: RootFetch | EntityFetch): fetch is RootFetch {
  return fetch.kind === 'root' && fetch.path.length === 0;
}

function asksApart(node: PlanNode): boolean {
  if (node.kind === 'root') return hasTypeSteps(node.path);
  if (node.kind !== 'entities') return node.nodes.some(asksApart);
  return node.context.length > 0 || node.groups.some(({ paths }) => paths.some(hasTypeSteps));
}

function hasTypeSteps(path: PlanPath): boolean {
  return path.some((step) => typeof step !== 'string');
}

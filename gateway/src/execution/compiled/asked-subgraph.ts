import { GraphQLError } from 'graphql';
import type { Rewriting } from '../../planning/plan.ts';
import type { VariableValues } from './conditions.ts';
import { readOwn, writeOwn } from './own-keys.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';

/** A fetch that goes wrong here costs its own fields, and says so once. */
export function askSubgraph(
  { subgraph }: { readonly subgraph: string },
  ask: (run: PlanRun) => Promise<void>,
): PlanProgram {
  return async (run) => {
    try {
      await ask(run);
    } catch (cause) {
      run.errors.push(
        cause instanceof GraphQLError
          ? cause
          : new GraphQLError(`The fetch from ${subgraph} failed.`, { originalError: asError(cause) }),
      );
    }
  };
}

/** Picks what a fetch uses of the client's variables; what was not sent stays absent, so that defaults apply. */
export function variableReader(
  names: readonly string[],
): (given: VariableValues) => Record<string, unknown> | undefined {
  if (names.length === 0) return () => undefined;
  return (given) => {
    const used: Record<string, unknown> = {};
    for (const name of names) {
      const value = readOwn(given, name);
      if (value !== undefined) writeOwn(used, name, value);
    }
    return used;
  };
}

/** The planner's own aliases, by the key that the answer has in their place once it is rewritten. */
export function renamesOf(rewrites: readonly Rewriting[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) => (rewrite.kind === 'rename' ? [[rewrite.key, rewrite.to] as const] : [])),
  );
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

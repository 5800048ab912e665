import { GraphQLError } from 'graphql';
import type { Rewriting } from '../../planning/plan.ts';
import type { VariableValues } from './conditions.ts';
import { readOwn, writeOwn } from './own-keys.ts';
import type { FetchParts } from './plan-parts.ts';
import type { FollowedRun, PlanProgram, PlanRun } from './plan-run.ts';
import { type PlannedRequest, RequestAgain } from './planned-request.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/** Asks the fetch's subgraph, unless this run was told already. */
export type AskSubgraph = (request: PlannedRequest, run: PlanRun) => Promise<FetchAnswer>;

export interface AskedFetch {
  readonly subgraph: string;
  /** Works out what to ask, and puts where it belongs what is told. */
  readonly work: (run: PlanRun, ask: AskSubgraph) => Promise<void>;
}

/** The program of one fetch. When it goes wrong here it costs its own fields, and says so once. */
export function fetchProgram({ subgraph, work }: AskedFetch, parts: FetchParts): PlanProgram {
  const fetch = parts.fetchFrom(subgraph);
  const index = parts.nextIndex();
  const ask: AskSubgraph = async (request, run) => {
    const brought = run.brought[index];
    run.leading?.asks(index, request.head, request.body);
    const answer =
      brought !== undefined && brought.body === request.body
        ? brought.answer
        : await fetch(request, run.scope);
    run.leading?.told(index, answer);
    if (run.told !== undefined) {
      if (answer.bytes === undefined) run.told = undefined;
      else run.told[index] = { head: request.head, body: request.body, bytes: answer.bytes };
    }
    return answer;
  };
  return {
    run: async (run) => {
      try {
        await work(run, ask);
      } catch (cause) {
        run.errors.push(
          cause instanceof GraphQLError
            ? cause
            : new GraphQLError(`The fetch from ${subgraph} failed.`, { originalError: asError(cause) }),
        );
      } finally {
        run.leading?.passes(index);
      }
    },
    follow: async ({ scope, before, brought }: FollowedRun) => {
      try {
        const found = before.asked(index);
        const asked = found instanceof Promise ? await found : found;
        if (asked === 'skipped') return true;
        if (asked === 'unknown') return false;
        const known = brought[index];
        const answer =
          known?.body === asked.body ? known.answer : await fetch(new RequestAgain(asked), scope);
        brought[index] = { body: asked.body, answer };
        return await before.isToldSame(index, answer);
      } catch {
        // The run that is worked out meets it again, and tells.
        return false;
      }
    },
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

import { CodedError } from '@tributary/runtime/errors';
import { GraphQLError } from 'graphql';
import type { Planner } from './planner.ts';
import type { PlanningLog } from './planning-figures.ts';

const code = 'OPERATION_NOT_PLANNED';

/** What who asked is told where there is no plan of a valid operation, or none that is right. */
export function unplanned(cause: unknown): CodedError {
  return new CodedError(code, 'There is no way through the subgraphs to all that the operation asks for.', {
    cause,
  });
}

export function isUnplanned(error: unknown): error is CodedError {
  return error instanceof CodedError && error.code === code;
}

/** An error of a planner that says nothing to who asked: it fails where it has no way. Others stay as they are. */
export function orUnplanned(error: unknown): unknown {
  // Apollo's has codes of its own, which are those of composition, for whatever it did not expect.
  const isSaid =
    error instanceof GraphQLError
      ? error.extensions['code'] === 'BAD_USER_INPUT'
      : error instanceof CodedError || error instanceof RangeError;
  return isSaid ? error : unplanned(error);
}

/** Tells the log of operations without a plan, and why. */
export function withUnplannedTold(planner: Planner, log: PlanningLog | undefined): Planner {
  if (log === undefined) return planner;
  return {
    plan: async (document, operationName, by) => {
      try {
        return await planner.plan(document, operationName, by);
      } catch (error) {
        if (isUnplanned(error)) {
          const reason = error.cause instanceof Error ? error.cause.message : String(error.cause);
          log.warn(
            { reason, operationName, operationHash: by.asking?.hash?.() },
            'no planner has a plan for an operation',
          );
        }
        throw error;
      }
    },
    close: async () => planner.close?.(),
  };
}

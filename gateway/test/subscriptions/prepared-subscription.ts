import { createLogger } from '@tributary/runtime';
import { type DocumentNode, getOperationAST } from 'graphql';
import { KeptOperations } from '../../src/execution/kept-operations.ts';
import { createOperationCharge } from '../../src/execution/operation-charge.ts';
import type { PreparedStream, PreparedSubscription } from '../../src/execution/stream-execution.ts';
import type { RateDecision } from '../../src/security/rate-limit.ts';

type Variables = PreparedSubscription['variables'];

const kept = new KeptOperations();

/** What is prepared of a document whose one operation is a subscription, as a planner prepares it. */
export function preparedSubscription(
  document: DocumentNode,
  variables: Variables,
  stream: (variables: Variables) => PreparedStream,
): PreparedSubscription {
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new TypeError('one operation is wanted');
  const prepared: PreparedSubscription = {
    ...stream(variables),
    planning: 0,
    kept: kept.keep(document.loc?.source.body ?? '', document, operation),
    variables,
    without: (name) => {
      const { [name]: _value, ...others } = variables;
      return preparedSubscription(document, others, stream);
    },
    again: () => prepared,
  };
  return prepared;
}

const enough: RateDecision = {
  allowed: true,
  limit: 1_000,
  remaining: 1_000,
  resetSeconds: 60,
  retryAfterMs: 0,
};

/** A charge for which there is always budget. */
export const chargedNothing = createOperationCharge(
  { take: async () => undefined, takeForAddress: async () => enough },
  createLogger({ name: 'test', level: 'silent' }),
);

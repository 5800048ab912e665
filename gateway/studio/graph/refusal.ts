import type { CombinedError } from '@urql/core';
import { z } from 'zod/mini';

const facts = z.looseObject({
  code: z.catch(z.string(), 'INTERNAL'),
  advice: z.optional(z.catch(z.string(), '')),
  retryable: z.optional(z.catch(z.boolean(), false)),
});
const problem = z.looseObject({ detail: z.catch(z.string(), 'Something went wrong.') });

/** Why the server did not do it, in the words of its error table: what the console shows of any failure. */
export class Refusal extends Error {
  readonly code: string;
  /** What to do about it. */
  readonly advice: string | undefined;
  /** Doing the same again may succeed. */
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, extensions: unknown) {
    super(message);
    this.name = 'Refusal';
    const { code, advice, retryable, ...details } = facts.parse(extensions ?? {});
    this.code = code;
    this.advice = advice;
    this.retryable = retryable === true;
    this.details = details;
  }

  /** Of a GraphQL answer: its first error, or the network's. */
  static of(error: CombinedError | Refusal | Error): Refusal {
    if (error instanceof Refusal) return error;
    if ('graphQLErrors' in error) {
      const [first] = error.graphQLErrors;
      if (first !== undefined) return new Refusal(first.message, first.extensions);
      return Refusal.ofNetwork(error.networkError);
    }
    return new Refusal(error.message, { code: 'INTERNAL' });
  }

  /** Whether it says of a question for one thing by its id that there is no such: an id that cannot be one is nobody's. */
  static isOfAbsent(error: CombinedError | Error): boolean {
    const { code } = Refusal.of(error);
    return code === 'NOT_FOUND' || code === 'BAD_USER_INPUT';
  }

  /** Of an answer in application/problem+json. */
  static ofProblem(body: unknown): Refusal {
    const { detail, ...extensions } = problem.parse(body);
    return new Refusal(detail, extensions);
  }

  static ofNetwork(cause: unknown): Refusal {
    if (cause instanceof Refusal) return cause;
    return new Refusal('The gateway cannot be reached.', {
      code: 'UNREACHABLE',
      advice: 'Check your connection; what you see may be out of date until it is back.',
      retryable: true,
    });
  }
}

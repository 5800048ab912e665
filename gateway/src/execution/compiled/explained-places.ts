import type { GraphQLError } from 'graphql';
import { errorLimit } from '../answer-errors.ts';
import type { AnswerPath } from './response-path.ts';

/** A place of the answer with an error at it, or with some below it. */
interface Place {
  readonly below: Map<string | number, Place>;
  hasError: boolean;
}

/**
 * Nulls that a subgraph's error explains need no second error (GraphQL §6.4.4): it is above them, below them, or beside them in one object. An answer
 * may have millions of nulls: whether one is explained takes as long as its path, however many errors there are.
 */
export function unexplainedBy(
  errors: readonly GraphQLError[],
  unanswered: ReadonlySet<string>,
): (path: AnswerPath) => boolean {
  // Errors without a place may explain anything, and so may those that were too many to be kept.
  if (errors.length >= errorLimit || errors.some(({ path }) => path === undefined)) return () => false;
  if (errors.length === 0) return (path) => !unanswered.has(String(path[0]));
  const root = placesOf(errors);
  return (path) => {
    if (unanswered.has(String(path[0]))) return false;
    const around = path.length > 1 ? path.slice(0, -1) : path;
    let place = root;
    for (const step of around) {
      if (place.hasError) return false;
      const next = place.below.get(step);
      if (next === undefined) return true;
      place = next;
    }
    return false;
  };
}

function placesOf(errors: readonly GraphQLError[]): Place {
  const root: Place = { below: new Map(), hasError: false };
  for (const { path = [] } of errors) {
    let place = root;
    for (const step of path) {
      const next = place.below.get(step) ?? { below: new Map(), hasError: false };
      place.below.set(step, next);
      place = next;
    }
    place.hasError = true;
  }
  return root;
}

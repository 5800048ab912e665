import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorLimit } from '../answer-errors.ts';
import type { AnswerPath } from './response-path.ts';

/** Where what a fetch filled in stands in the client's answer. Asked only when there is something to place. */
export type Places = (error: GraphQLFormattedError) => readonly (AnswerPath | undefined)[];

/** Turns a subgraph's errors, as many as an answer carries, into errors of the whole answer: at the client's paths, marked with where they came from. */
export function fetchErrors(
  serviceName: string,
  errors: readonly GraphQLFormattedError[],
  places: Places,
): readonly GraphQLError[] {
  const found: GraphQLError[] = [];
  for (const error of errors)
    for (const path of error.path === undefined ? [undefined] : places(error)) {
      const message = error.message || `An error of the subgraph ${serviceName}.`;
      const extensions = { ...error.extensions, serviceName };
      found.push(new GraphQLError(message, { path: path ?? null, extensions }));
      // Each knows where it was made, which costs more than all the rest: none is made to be thrown away.
      if (found.length === errorLimit) return found;
    }
  return found;
}

/** Errors of root fields, below the object whose fields they are. */
export function placesBelow(around: () => AnswerPath | undefined): Places {
  return ({ path = [] }) => [[...(around() ?? []), ...path]];
}

/**
 * Errors of entities: one of an entity that stands in five places is an error in each of them. An error of the list as a whole has no place in the
 * client's answer.
 */
export function placesOfEntities(pathsOf: (index: number) => readonly AnswerPath[]): Places {
  return ({ path = [] }) => {
    const [, index, ...rest] = path;
    const found = typeof index === 'number' ? pathsOf(index).map((place) => [...place, ...rest]) : [];
    return found.length === 0 ? [undefined] : found;
  };
}

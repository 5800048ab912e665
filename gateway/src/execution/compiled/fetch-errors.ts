import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorLimit } from '../answer-errors.ts';
import type { AnswerPath } from './response-path.ts';

/** Where what a fetch filled in stands in the client's answer. Asked only when there is something to place. */
export type Places = (error: GraphQLFormattedError) => readonly (AnswerPath | undefined)[];

/** Turns a subgraph's errors into errors of the whole answer: at the client's paths, marked with where they came from. */
export function fetchErrors(
  serviceName: string,
  errors: readonly GraphQLFormattedError[],
  places: Places,
): readonly GraphQLError[] {
  return errors
    .flatMap((error) =>
      (error.path === undefined ? [undefined] : places(error)).map(
        (path) =>
          new GraphQLError(error.message || `An error of the subgraph ${serviceName}.`, {
            path: path ?? null,
            extensions: { ...error.extensions, serviceName },
          }),
      ),
    )
    .slice(0, errorLimit);
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

import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorLimit } from '../answer-errors.ts';
import type { AnswerPath } from './response-path.ts';

/** Turns a subgraph's errors into errors of the whole answer: at the client's paths, marked with where they came from. */
export type FetchErrors = (errors: readonly GraphQLFormattedError[]) => readonly GraphQLError[];

/**
 * `pathsOf` walks to the objects the fetch filled in, only when there is something to place. For entities, `entities` tells which of those
 * each representation stood for: an error of one that stands in five places is an error in each of them.
 */
export function fetchErrors(
  serviceName: string,
  pathsOf: () => readonly AnswerPath[],
  entities?: readonly (readonly number[])[],
): FetchErrors {
  return (errors) => {
    const places = pathsOf();
    return errors
      .flatMap((error) =>
        pathsOfError(error.path, places, entities).map(
          (path) =>
            new GraphQLError(error.message || `An error of the subgraph ${serviceName}.`, {
              path: path ?? null,
              extensions: { ...error.extensions, serviceName },
            }),
        ),
      )
      .slice(0, errorLimit);
  };
}

function pathsOfError(
  path: AnswerPath | undefined,
  places: readonly AnswerPath[],
  entities: readonly (readonly number[])[] | undefined,
): readonly (AnswerPath | undefined)[] {
  if (path === undefined) return [undefined];
  if (entities === undefined) return [[...(places[0] ?? []), ...path]];
  const [, index, ...rest] = path;
  // The list of entities as a whole: there is no place for it in the client's answer.
  if (typeof index !== 'number') return [undefined];
  const found = (entities[index] ?? []).flatMap((at) => {
    const place = places[at];
    return place === undefined ? [] : [[...place, ...rest]];
  });
  return found.length === 0 ? [undefined] : found;
}

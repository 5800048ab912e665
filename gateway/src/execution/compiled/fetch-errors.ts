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

/** The path of what an answer has, as the client's answer has it. */
type Renamed = (path: AnswerPath) => AnswerPath;

/** Errors of root fields, below the object whose fields they are. */
export function placesBelow(around: AnswerPath = [], renamed: Renamed): Places {
  return ({ path = [] }) => [[...around, ...renamed(path)]];
}

/** Where the entities of one list stand. */
export interface EntityPlaces {
  of(index: number): readonly AnswerPath[];
  /** Where a client sees that nothing came of all of them. */
  first(): readonly AnswerPath[];
  /** The path below one of them. */
  readonly renamed: Renamed;
}

/** Errors of entities: one of an entity that stands in five places is an error in each of them, and one of the list as a whole is told at the first of each place. */
export function placesOfEntities({ of, first, renamed }: EntityPlaces): Places {
  return ({ path = [] }) => {
    const [, index, ...rest] = path;
    const found = index === undefined ? first() : typeof index === 'number' ? of(index) : [];
    return found.length === 0 ? [undefined] : found.map((place) => [...place, ...renamed(rest)]);
  };
}

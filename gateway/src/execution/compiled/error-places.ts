import { GraphQLError, type SelectionSetNode } from 'graphql';
import type { Rewriting } from '../../planning/plan.ts';
import type { AnswerPath } from './response-path.ts';
import type { Selections } from './selected-fields.ts';

/**
 * Where the answer has what a subgraph told an error of, from where the fetch's own answer begins: a planner may have asked for it under a name of its own, which
 * is written back in data and in paths alike.
 */
export function compileRenamedPath(rewrites: readonly Rewriting[]): (path: AnswerPath) => AnswerPath {
  const renames = rewrites.flatMap((rewrite) =>
    rewrite.kind === 'rename'
      ? [{ ...rewrite, around: rewrite.path.filter((step) => typeof step === 'string' && step !== '@') }]
      : [],
  );
  if (renames.length === 0) return (path) => path;
  return (path) => {
    /** By the subgraph's name and ours: rewrites lead through either. */
    const above: (readonly [string, string])[] = [];
    return path.map((step) => {
      if (typeof step !== 'string') return step;
      const rename = renames.find(
        ({ key, around }) =>
          key === step &&
          around.length === above.length &&
          around.every((name, at) => above[at]?.some((other) => other === name) === true),
      );
      const own = rename?.to ?? step;
      above.push([step, own]);
      return own;
    });
  };
}

export interface AskedPlaces {
  readonly selections: Selections;
  /** What clients call the keys that were made up for the plan. */
  readonly clientKeys: ReadonlyMap<string, string>;
}

/**
 * An error at the place where the client has what it is of. What plans ask for themselves, to find an entity or for what it requires, no client can
 * find in the answer: an error there is one of the object whose field it is.
 */
export function atAskedPlace(error: GraphQLError, asked: AskedPlaces): GraphQLError {
  const { message, path, extensions, originalError } = error;
  if (path === undefined) return error;
  const told = askedPath(path, asked);
  if (told.length === path.length && told.every((step, at) => step === path[at])) return error;
  return new GraphQLError(message, {
    path: told.length === 0 ? null : told,
    extensions,
    originalError: originalError ?? null,
  });
}

function askedPath(path: AnswerPath, { selections, clientKeys }: AskedPlaces): AnswerPath {
  const told: (string | number)[] = [];
  let sets: readonly SelectionSetNode[] = [selections.operation.selectionSet];
  for (const step of path) {
    if (typeof step === 'string') {
      const nodes = selections.fieldsUnder(sets, step);
      if (nodes.length === 0) return told;
      sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    }
    told.push(typeof step === 'string' ? (clientKeys.get(step) ?? step) : step);
  }
  return told;
}

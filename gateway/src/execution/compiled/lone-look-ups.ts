import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { EntityFetch } from '../../planning/plan.ts';
import { operationAlone } from './operation-alone.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/** What a subgraph says of a text that it cannot execute: it may be able to without a part of it. */
const ofTheText: ReadonlySet<unknown> = new Set([
  undefined,
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  // Apollo's gateway has it for errors without a code.
  'DOWNSTREAM_SERVICE_ERROR',
]);

/**
 * Whether what went wrong in one part of a call may have taken the others along: a list of entities cannot be null, so an error in the place of one leaves no
 * data at all (GraphQL §6.4.4), and a text of which one field is unknown is not executed. A subgraph that did not answer, or refuses whoever asks, would say
 * the same of every part.
 */
export function isLostTogether({ data, errors = [], isUnanswered }: FetchAnswer): boolean {
  if (data !== null || isUnanswered === true) return false;
  return errors.some(({ path, extensions }) => path !== undefined || ofTheText.has(extensions?.['code']));
}

/** The look-ups of a fetch, each by itself: what planners, and we, put into one call could have gone in as many. */
export function loneLookUps(fetch: EntityFetch): readonly EntityFetch[] {
  return fetch.groups.flatMap((group) => {
    const asked = { ...fetch, ...askedUnder(fetch, group.key) };
    return group.paths.map((path) => ({ ...asked, groups: [{ ...group, paths: [path] }] }));
  });
}

/** The part of a fetch's text that asks for one list of entities. */
function askedUnder(
  { operation: text, variables }: EntityFetch,
  key: string,
): Pick<EntityFetch, 'operation' | 'variables'> {
  const document = parse(text, { noLocation: true });
  const whole = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (whole?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('a fetch without an operation');
  const selections = whole.selectionSet.selections.filter(
    (selection) => selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key,
  );
  const part = { ...whole, selectionSet: { ...whole.selectionSet, selections } };
  const definitions = document.definitions.map((definition) => (definition === whole ? part : definition));
  const alone = operationAlone({ ...document, definitions }, part);
  const used = new Set<string>();
  visit(alone, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.VARIABLE]: ({ name }) => void used.add(name.value),
  });
  const declared = visit(alone, {
    [Kind.VARIABLE_DEFINITION]: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  return {
    operation: stripIgnoredCharacters(print(declared)),
    variables: variables.filter((name) => used.has(name)),
  };
}

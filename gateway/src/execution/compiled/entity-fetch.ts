import { GraphQLError } from 'graphql';
import type { EntityFetch, EntityGroup } from '../../planning/plan.ts';
import { askSubgraph, renamesOf, variableReader } from './asked-subgraph.ts';
import { fetchErrors } from './fetch-errors.ts';
import { isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { PlanParts } from './plan-parts.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';
import { compileRepresentation, type Representations, representationsOf } from './representations.ts';
import { type AnswerPath, objectsAt, pathsAt } from './response-path.ts';
import { fetchShapes, mergeInto } from './response-shape.ts';
import { compileRewrites } from './rewrites.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';
import type { TypeCondition } from './type-conditions.ts';

/** The entities of one group that a run asks for: each distinct one once, wherever and however often it stands in the answer. */
interface AskedEntities extends Representations {
  readonly targets: readonly JsonObject[];
}

interface GroupProgram {
  readonly key: string;
  readonly variable: string;
  find(run: PlanRun): AskedEntities;
  /** Where the targets stand: walked only when there is an error to place. */
  places(run: PlanRun): readonly AnswerPath[];
  place(run: PlanRun, asked: AskedEntities, answer: FetchAnswer): void;
}

/** Compiles a fetch of entities. @throws GraphQLError when the client's variables are in its way. */
export function compileEntityFetch(node: EntityFetch, { fetchFrom, applies }: PlanParts): PlanProgram {
  const fetch = fetchFrom(node.subgraph);
  for (const { variable } of node.groups) {
    if (!node.variables.includes(variable)) continue;
    throw new GraphQLError(`A variable may not be called ${variable}; choose another name.`, {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
  }
  const groups = node.groups.map((group) => compileGroup(group, node, applies));
  const variablesOf = variableReader(node.variables);
  return askSubgraph(node, async (run) => {
    const asked = groups.map((group) => group.find(run));
    if (asked.every(({ distinct }) => distinct.length === 0)) return;
    const variables = variablesOf(run.variables);
    for (const [at, { variable }] of groups.entries()) variables[variable] = asked[at]?.distinct ?? [];
    const { operation: query, operationName } = node;
    const answer = await fetch({ query, operationName, variables }, run.scope);
    if (answer.errors !== undefined)
      run.errors.push(...errorsOf(node, { groups, asked, run }, answer.errors));
    for (const [at, group] of groups.entries()) {
      const entities = asked[at];
      if (entities !== undefined && entities.distinct.length > 0) group.place(run, entities, answer);
    }
  });
}

function compileGroup(group: EntityGroup, node: EntityFetch, applies: TypeCondition): GroupProgram {
  const { key, variable, paths } = group;
  const reader = compileRepresentation(group.requires, applies);
  const inputRewrite = compileRewrites(group.inputRewrites, applies);
  const outputRewrite = compileRewrites(group.outputRewrites, applies);
  const shape = fetchShapes(node.operation, renamesOf(group.outputRewrites)).entityOf(key);
  const [first = []] = paths;
  return {
    key,
    variable,
    find: (run) => {
      const targets =
        paths.length === 1
          ? objectsAt(run.data, first, applies)
          : paths.flatMap((path) => objectsAt(run.data, path, applies));
      return { targets, ...representationsOf(targets, reader, inputRewrite) };
    },
    // Paths are those of now: what other fetches add meanwhile moves nothing.
    places: (run) => paths.flatMap((path) => pathsAt(run.data, path, applies)),
    place: (run, { targets, distinct, entities }, { data, errors }) => {
      if (data === null) return;
      const found = readOwn(data, key);
      // With an error of its own the list as a whole may be null.
      if (found === null && errors !== undefined) return;
      if (!Array.isArray(found) || found.length !== distinct.length)
        throw new TypeError(`${node.subgraph} answered ${key} with another number of entities than asked`);
      for (let index = 0; index < found.length; index += 1) {
        const entity: unknown = found[index];
        const stand = entities[index] ?? [];
        if (entity === null && errors === undefined)
          for (const at of stand) run.absent.add(targets[at] as JsonObject);
        if (!isJsonObject(entity)) continue;
        const [at] = stand;
        if (outputRewrite !== undefined && at !== undefined) {
          entity['__typename'] ??= targets[at]?.['__typename'];
          outputRewrite(entity);
        }
        for (const place of stand) {
          const target = targets[place] as JsonObject;
          keepNarrower(target, entity, applies);
          mergeInto(target, entity, shape);
        }
      }
    },
  };
}

interface RunGroups {
  readonly groups: readonly GroupProgram[];
  readonly asked: readonly AskedEntities[];
  readonly run: PlanRun;
}

/** Each error belongs to the group whose key its path begins with; one without a place could be of any, and is told once. */
function errorsOf(
  { subgraph }: EntityFetch,
  { groups, asked, run }: RunGroups,
  errors: NonNullable<FetchAnswer['errors']>,
): readonly GraphQLError[] {
  return errors.flatMap((error) => {
    const at = Math.max(
      0,
      groups.findIndex(({ key }) => key === error.path?.[0]),
    );
    const places = (): readonly AnswerPath[] => groups[at]?.places(run) ?? [];
    return fetchErrors(subgraph, places, asked[at]?.entities ?? [])([error]);
  });
}

/**
 * A subgraph with an interface object knows its objects by the interface's name alone, and says so even of what is known to be more:
 * the narrower name stays.
 */
function keepNarrower(target: JsonObject, entity: JsonObject, applies: TypeCondition): void {
  const known = target['__typename'];
  const told = entity['__typename'];
  if (known === told || typeof known !== 'string' || typeof told !== 'string') return;
  if (applies(told, known)) entity['__typename'] = known;
}

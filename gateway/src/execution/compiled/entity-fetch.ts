import { GraphQLError } from 'graphql';
import type { EntityFetch } from '../../planning/plan.ts';
import { type AskedFetch, fetchProgram, variableReader } from './asked-subgraph.ts';
import { type AskedEntities, compileEntityGroup, type EntityGroupProgram } from './entity-group.ts';
import { fetchErrors, placesOfEntities } from './fetch-errors.ts';
import type { FetchParts } from './plan-parts.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';
import { PlannedRequest, requestHead } from './planned-request.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/** Compiles a fetch of entities. @throws GraphQLError when the client's variables are in its way. */
export function compileEntityFetch(node: EntityFetch, parts: FetchParts): PlanProgram {
  const { subgraph } = node;
  for (const { variable } of node.groups) {
    if (!node.variables.includes(variable)) continue;
    throw new GraphQLError(`A variable may not be called ${variable}; choose another name.`, {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
  }
  const groups = node.groups.map((group) => compileEntityGroup(group, node, parts));
  const variablesOf = variableReader(node.variables);
  const head = requestHead(node);
  const work: AskedFetch['work'] = async (run, ask) => {
    const asked = groups.map((group) => group.find(run));
    if (asked.every(({ distinct }) => distinct.length === 0)) return;
    const lists = groups.map(({ variable }, at) => ({ variable, texts: asked[at]?.distinct ?? [] }));
    const answer = await ask(new PlannedRequest(head, variablesOf(run.variables), lists), run);
    if (answer.errors !== undefined)
      run.errors.push(...errorsOf(node, { groups, asked, run }, answer.errors));
    for (const [at, group] of groups.entries()) {
      const entities = asked[at];
      if (entities !== undefined && entities.distinct.length > 0) group.place(run, entities, answer);
    }
  };
  return fetchProgram({ subgraph, head, work }, parts);
}

interface RunGroups {
  readonly groups: readonly EntityGroupProgram[];
  readonly asked: readonly AskedEntities[];
  readonly run: PlanRun;
}

/** Each error belongs to the group whose key its path begins with; one without a place could be of any, and is told once. */
function errorsOf(
  { subgraph }: EntityFetch,
  { groups, asked, run }: RunGroups,
  errors: NonNullable<FetchAnswer['errors']>,
): readonly GraphQLError[] {
  const placesByGroup = groups.map((group, at) => {
    const entities = asked[at];
    return placesOfEntities(entities === undefined ? () => [] : group.places(run, entities));
  });
  return fetchErrors(subgraph, errors, (error) => {
    const at = groups.findIndex(({ key }) => key === error.path?.[0]);
    return placesByGroup[Math.max(0, at)]?.(error) ?? [undefined];
  });
}

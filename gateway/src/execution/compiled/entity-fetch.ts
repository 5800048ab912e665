import type { GraphQLError } from 'graphql';
import type { EntityFetch } from '../../planning/plan.ts';
import { takenVariable } from '../../planning/taken-variable.ts';
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
  refuseTakenVariables(node);
  const groups = node.groups.map((group) => compileEntityGroup(group, node, parts));
  const variablesOf = variableReader(node.variables);
  const head = requestHead(node);
  const work: AskedFetch['work'] = async (run, ask) => {
    const asked = groups.map((group) => group.find(run));
    if (asked.every(({ distinct }) => distinct.length === 0)) return;
    const lists = groups.map(({ variable }, at) => ({ variable, texts: asked[at]?.distinct ?? [] }));
    const answer = await ask(new PlannedRequest(head, variablesOf(run.variables), lists), run);
    if (answer.errors !== undefined) {
      const placed = groups.flatMap((group, at) => {
        const entities = asked[at];
        return entities === undefined ? [] : [{ group, asked: entities }];
      });
      run.errors.push(...entityErrors(subgraph, { placed, run }, answer));
    }
    for (const [at, group] of groups.entries()) {
      const entities = asked[at];
      if (entities !== undefined && entities.distinct.length > 0) group.place(run, entities, answer);
    }
  };
  return fetchProgram({ subgraph, work }, parts);
}

/** @throws GraphQLError for a variable of the client's with the name of one that takes entities' keys */
export function refuseTakenVariables({ groups, variables }: EntityFetch): void {
  const own = groups.find(({ variable }) => variables.includes(variable));
  if (own !== undefined) throw takenVariable(own.variable);
}

export interface PlacedEntities {
  readonly group: EntityGroupProgram;
  readonly asked: AskedEntities;
}

/** Each error belongs to the entities whose key its path begins with; one without a place could be of any, and is told once. */
export function entityErrors(
  subgraph: string,
  { placed, run }: { readonly placed: readonly PlacedEntities[]; readonly run: PlanRun },
  { data, errors = [] }: FetchAnswer,
): readonly GraphQLError[] {
  const places = placed.map(({ group, asked }, at) => {
    if (data !== null) return placesOfEntities(group.places(run, asked));
    // Of parts of one group the first speaks for all.
    const isFirst = placed.findIndex((other) => other.group === group) === at;
    return isFirst ? placesOfEntities(() => group.firstPlaces(run)) : () => [];
  });
  return fetchErrors(subgraph, errors, (error) => {
    const at = placed.findIndex(({ asked }) => asked.key === error.path?.[0]);
    return places[Math.max(0, at)]?.(error) ?? [undefined];
  });
}

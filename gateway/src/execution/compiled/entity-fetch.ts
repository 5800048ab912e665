import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { EntityFetch } from '../../planning/plan.ts';
import { takenVariable } from '../../planning/taken-variable.ts';
import { errorLimit } from '../answer-errors.ts';
import { type AskedFetch, fetchProgram, variableReader } from './asked-subgraph.ts';
import { type AskedEntities, compileEntityGroup, type EntityGroupProgram } from './entity-group.ts';
import { fetchErrors, placesOfEntities } from './fetch-errors.ts';
import { isLostTogether, loneLookUps } from './lone-look-ups.ts';
import type { FetchParts } from './plan-parts.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';
import { PlannedRequest, requestHead } from './planned-request.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/** Compiles a fetch of entities. @throws GraphQLError when the client's variables are in its way. */
export function compileEntityFetch(node: EntityFetch, parts: FetchParts): PlanProgram {
  refuseTakenVariables(node);
  return fetchProgram({ subgraph: node.subgraph, work: compileLookUps(node, parts) }, parts);
}

function compileLookUps(node: EntityFetch, parts: FetchParts): AskedFetch['work'] {
  const { subgraph } = node;
  const groups = node.groups.map((group) => compileEntityGroup(group, node, parts));
  const variablesOf = variableReader(node.variables);
  const head = requestHead(node);
  let alone: readonly AskedFetch['work'][] | undefined;
  return async (run, ask) => {
    const asked = groups.map((group) => group.find(run));
    if (asked.every(({ distinct }) => distinct.length === 0)) return;
    const lists = groups.map(({ variable }, at) => ({ variable, texts: asked[at]?.distinct ?? [] }));
    const answer = await ask(new PlannedRequest(head, variablesOf(run.variables), lists), run);
    if (isLostTogether(answer) && asked.reduce((count, each) => count + askedPlaces(each), 0) > 1) {
      alone ??= loneLookUps(node).map((each) => compileLookUps(each, parts));
      // A remembered run knows one request of each fetch.
      run.told = undefined;
      return allEnded(alone.map((work) => work(run, ask)));
    }
    if (answer.errors !== undefined) {
      const placed = groups.flatMap((group, at) => {
        const entities = asked[at];
        return entities === undefined ? [] : [{ group, asked: entities }];
      });
      run.errors.push(...entityErrors(subgraph, { placed, run }, answer));
    }
    const found = groups.flatMap((group, at) => {
      const entities = asked[at];
      return entities === undefined || entities.distinct.length === 0 ? [] : [{ group, entities }];
    });
    // What is wrong with one list is no reason to leave out the next.
    await allEnded(found.map(async ({ group, entities }) => group.place(run, entities, answer)));
  };
}

/** At how many of the places of a group something stands. */
function askedPlaces({ ends }: AskedEntities): number {
  return ends.filter((end, at) => end > (ends[at - 1] ?? 0)).length;
}

/** Rejects with the first that went wrong, and not before all have ended. */
export async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const work of await Promise.allSettled(works)) if (work.status === 'rejected') throw work.reason;
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
  const placeOf = ({ path }: GraphQLFormattedError): number =>
    Math.max(
      0,
      placed.findIndex(({ asked }) => asked.key === path?.[0]),
    );
  const erring = placed.map(() => new Set<number>());
  // Each is told somewhere: those behind are not.
  for (const error of errors.slice(0, errorLimit)) {
    const index = error.path?.[1];
    if (typeof index === 'number') erring[placeOf(error)]?.add(index);
  }
  const places = placed.map(({ group, asked }, at) => {
    // Of parts of one group the first speaks for all.
    const isFirst = placed.findIndex((other) => other.group === group) === at;
    const first = once(() => (isFirst ? group.firstPlaces(run) : []));
    const stand = once(() => group.places(run, asked, erring[at] ?? new Set()));
    return placesOfEntities({
      of: data === null ? first : (index) => stand().get(index) ?? [],
      first,
      renamed: group.renamed,
    });
  });
  return fetchErrors(subgraph, errors, (error) => places[placeOf(error)]?.(error) ?? [undefined]);
}

/** Data is walked by the first question only. */
function once<Found>(find: () => Found): () => Found {
  let found: { readonly value: Found } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

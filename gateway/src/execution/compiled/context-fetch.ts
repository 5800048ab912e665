import type { EntityFetch } from '../../planning/plan.ts';
import { takenVariable } from '../../planning/taken-variable.ts';
import { type AskedFetch, type AskSubgraph, fetchProgram, variableReader } from './asked-subgraph.ts';
import { type AlikeEntities, compileContext } from './context-values.ts';
import { divideFetch, isNameInPart, nameInPart } from './divided-fetch.ts';
import { allEnded, entityErrors, refuseTakenVariables } from './entity-fetch.ts';
import { type AskedEntities, compileEntityGroup } from './entity-group.ts';
import { isLostTogether } from './lone-look-ups.ts';
import { writeOwn } from './own-keys.ts';
import type { FetchParts } from './plan-parts.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';
import { PlannedRequest } from './planned-request.ts';

/** Subgraphs bound the fields of an operation: so many arguments that differ are asked in one, and the rest at the same time in others. */
const partsOfCall = 20;

/**
 * Compiles a fetch of entities with arguments from context. Variables have one value in a request, so entities with other values are asked about in another
 * field of it: each entity once for every value that stands above it somewhere.
 * @throws GraphQLError when the client's variables are in its way.
 */
export function compileContextFetch(node: EntityFetch, fetchParts: FetchParts): PlanProgram {
  const { subgraph, context } = node;
  refuseTakenVariables(node);
  const [first, ...others] = node.groups;
  if (first === undefined || others.length > 0)
    throw new TypeError('a fetch with a context for several groups');
  const group = compileEntityGroup(first, node, fetchParts);
  const ownVariables = [group.variable, ...context.map(({ variable }) => variable)];
  const taken = node.variables.find((name) => ownVariables.some((own) => isNameInPart(name, own)));
  if (taken !== undefined) throw takenVariable(taken);
  const divided = divideFetch(node, new Set(ownVariables));
  const { required, floats } = divided;
  const find = compileContext(node, { required, floats, applies: fetchParts.applies });
  const variablesOf = variableReader(node.variables);
  const askOnce = async (run: PlanRun, ask: AskSubgraph, parts: readonly AskedPart[]): Promise<void> => {
    const given = { ...variablesOf(run.variables) };
    for (const [part, { values }] of parts.entries())
      for (const [name, value] of Object.entries(values)) writeOwn(given, nameInPart(name, part), value);
    // The answer has each part under a key of its own.
    const asked = parts.map((part, at) => ({ ...part.asked, key: nameInPart(group.key, at) }));
    const lists = asked.map(({ distinct: texts }, part) => ({
      variable: nameInPart(group.variable, part),
      texts,
    }));
    const answer = await ask(new PlannedRequest(divided.head(parts), given, lists), run);
    if (parts.length > 1 && isLostTogether(answer)) {
      // A remembered run knows one request of each fetch.
      run.told = undefined;
      return allEnded(parts.map((part) => askOnce(run, ask, [part])));
    }
    if (answer.errors !== undefined) {
      const placed = asked.map((entities) => ({ group, asked: entities }));
      run.errors.push(...entityErrors(subgraph, { placed, run }, answer));
    }
    await allEnded(asked.map(async (entities) => group.place(run, entities, answer)));
  };
  const work: AskedFetch['work'] = async (run, ask) => {
    const found = find(run).map(({ targets, ...part }) => ({ ...part, asked: group.of(run, targets) }));
    const parts = found.filter((part) => part.asked.distinct.length > 0 && divided.asks(part));
    const calls = Array.from({ length: Math.ceil(parts.length / partsOfCall) }, (_, at) =>
      parts.slice(at * partsOfCall, (at + 1) * partsOfCall),
    );
    // A remembered run knows one request of each fetch.
    if (calls.length > 1) run.told = undefined;
    await allEnded(calls.map((call) => askOnce(run, ask, call)));
  };
  return fetchProgram({ subgraph, work }, fetchParts);
}

interface AskedPart extends Pick<AlikeEntities, 'values' | 'missing'> {
  readonly asked: AskedEntities;
}

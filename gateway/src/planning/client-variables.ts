import { type DocumentNode, getOperationAST, Kind, parse, print, visit } from 'graphql';
import type { EntityFetch, Plan, PlanNode } from './plan.ts';
import type { Planner } from './planner.ts';

/** What lists of entities are called in fetches, here and by planners. */
const ofLists = /^representations(?:_\d+)?$/;

/**
 * A client may call a variable as lists of entities are called in fetches. Not all planners look whether that name is taken, and none can where the variable stands in
 * a literal that they do not see. So it has another name while the operation is planned, and its own in the texts of the plan, where the list has another then.
 */
export function withClientVariables(planner: Planner): Planner {
  return {
    plan: async (document, operationName, by) => {
      const declared = getOperationAST(document, operationName)?.variableDefinitions ?? [];
      const names = declared.map(({ variable }) => variable.name.value);
      const taken = new Set(names);
      const planned = new Map<string, string>();
      for (const name of names)
        if (ofLists.test(name)) planned.set(name, freeName(`of_client_${name}`, taken));
      if (planned.size === 0) return planner.plan(document, operationName, by);
      return withNames(await planner.plan(renamed(document, planned), operationName, by), planned);
    },
    close: async () => planner.close?.(),
  };
}

function withNames(plan: Plan, planned: ReadonlyMap<string, string>): Plan {
  return plan && withNamesIn(plan, planned);
}

function withNamesIn(node: PlanNode, planned: ReadonlyMap<string, string>): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map((each) => withNamesIn(each, planned)) };
  const fetch = node.kind === 'entities' ? withListsApart(node, planned) : node;
  const own = new Map([...planned].map(([name, other]) => [other, name]));
  return {
    ...fetch,
    operation: print(renamed(parse(fetch.operation, { noLocation: true }), own)),
    variables: fetch.variables.map((name) => own.get(name) ?? name),
  };
}

/** The lists of a fetch under names that no variable of the client has. */
function withListsApart(fetch: EntityFetch, planned: ReadonlyMap<string, string>): EntityFetch {
  const document = parse(fetch.operation, { noLocation: true });
  const taken = new Set(planned.keys());
  visit(document, { [Kind.VARIABLE]: ({ name }) => void taken.add(name.value) });
  const lists = new Map<string, string>();
  for (const { variable } of fetch.groups) lists.set(variable, freeName(`list_of_${variable}`, taken));
  const groups = fetch.groups.map((group) => ({
    ...group,
    variable: lists.get(group.variable) ?? group.variable,
  }));
  return { ...fetch, operation: print(renamed(document, lists)), groups };
}

function renamed(document: DocumentNode, names: ReadonlyMap<string, string>): DocumentNode {
  return visit(document, {
    [Kind.VARIABLE]: (variable) => {
      const value = names.get(variable.name.value);
      return value === undefined ? undefined : { ...variable, name: { ...variable.name, value } };
    },
  });
}

function freeName(stem: string, taken: Set<string>): string {
  let name = stem;
  for (let at = 1; taken.has(name); at += 1) name = `${stem}_${at}`;
  taken.add(name);
  return name;
}

import { type DocumentNode, type FieldNode, Kind, print, visit } from 'graphql';
import { type EntityFetch, fetchesOf, nodesOf, type Plan, type PlanNode, type RootFetch } from './plan.ts';
import type { RequiringField, ToldRequirements } from './told-requirements.ts';

/**
 * What Apollo's planner has to be helped with. What it needs for a value from context it may ask for twice: at once, without what that requires, and again when that is
 * there. The first answer is worked out from nothing, or an error, so it is not asked for.
 */
export function withoutUntoldTwice(plan: PlanNode, requirements: ToldRequirements): PlanNode {
  const told = new Set(
    fetchesOf(plan).flatMap((fetch) =>
      requirements
        .requiringIn(fetch)
        .fields.filter(({ isTold }) => isTold)
        .map((each) => placeOf(fetch, each)),
    ),
  );
  return without(plan, { told, requirements }) ?? plan;
}

interface Known {
  /** The places of fields that are asked for with what they require. */
  readonly told: ReadonlySet<string>;
  readonly requirements: ToldRequirements;
}

function without(node: PlanNode, known: Known): Plan {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return nodesOf(
      node.kind,
      node.nodes.map((each) => without(each, known)),
    );
  const { document, fields } = known.requirements.requiringIn(node);
  const untold = fields.filter((each) => !each.isTold && known.told.has(placeOf(node, each)));
  if (document === undefined || untold.length === 0) return node;
  return withoutFields(node, document, new Set(untold.map(({ field }) => field)));
}

function placeOf({ subgraph }: RootFetch | EntityFetch, { field, path }: RequiringField): string {
  return JSON.stringify([subgraph, path, print(field)]);
}

/** Undefined where nothing is left to ask. */
function withoutFields(
  fetch: RootFetch | EntityFetch,
  document: DocumentNode,
  dropped: ReadonlySet<FieldNode>,
): Plan {
  let isLeft = false;
  const left: DocumentNode = visit(document, {
    [Kind.FIELD]: (field) => {
      if (dropped.has(field)) return null;
      isLeft ||= field.selectionSet === undefined && field.name.value !== '__typename';
      return undefined;
    },
    [Kind.SELECTION_SET]: {
      leave: (set) => (set.selections.length === 0 ? { ...set, selections: [typename] } : undefined),
    },
  });
  if (!isLeft && fetch.kind === 'entities') return undefined;
  const used = new Set<string>();
  visit(left, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.VARIABLE]: ({ name }) => void used.add(name.value),
  });
  const operation = print(
    visit(left, {
      [Kind.VARIABLE_DEFINITION]: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
    }),
  );
  const asked = { operation, variables: fetch.variables.filter((name) => used.has(name)) };
  if (fetch.kind === 'root') return { ...fetch, ...asked };
  return { ...fetch, ...asked, context: fetch.context.filter(({ variable }) => used.has(variable)) };
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

import { parse, print } from 'graphql';
import type {
  ContextArgument,
  EntityFetch,
  EntityGroup,
  Plan,
  PlanNode,
  PlanPath,
  Requirement,
} from './plan.ts';

/** A plan as text, for people: what is asked of whom, in what order, and what for. */
export function planText(plan: Plan): string {
  return plan === undefined ? 'ask nobody: the gateway knows the answer' : linesOf(plan).join('\n');
}

/** A plan in one line, for logs: `then` for one after the other, `+` for at once. Nothing of the operation but the names of subgraphs is in it. */
export function planSummary(plan: Plan): string {
  return plan === undefined ? 'nobody' : summaryOf(plan);
}

function summaryOf(node: PlanNode): string {
  switch (node.kind) {
    case 'sequence':
      return node.nodes.map(summaryOf).join(' then ');
    case 'parallel':
      return `(${node.nodes.map(summaryOf).join(' + ')})`;
    case 'root':
    case 'entities':
      return node.subgraph;
  }
}

function linesOf(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'sequence':
      return ['one after the other', ...indented(node.nodes.flatMap(linesOf))];
    case 'parallel':
      return ['at once', ...indented(node.nodes.flatMap(linesOf))];
    case 'root': {
      const at = node.path.length === 0 ? '' : ` for ${pathText(node.path)}`;
      return [`ask ${node.subgraph}${at}`, ...indented(operationLines(node.operation))];
    }
    case 'entities':
      return entityLines(node);
  }
}

function entityLines({ subgraph, operation, groups, context }: EntityFetch): readonly string[] {
  const above = context.map((argument) => `, ${contextText(argument)}`).join('');
  const told = groups.map(
    ({ paths, requires }) =>
      `about ${paths.map(pathText).join(', ')}, told ${requirementsText(requires)}${above}`,
  );
  const [only] = told;
  const first =
    told.length === 1 ? [`ask ${subgraph} ${only}`] : [`ask ${subgraph} in one call`, ...indented(told)];
  return [...first, ...indented(operationLines(operation))];
}

function requirementsText(requires: EntityGroup['requires']): string {
  return requires.map(requirementText).join(', ');
}

function requirementText(requirement: Requirement): string {
  const below = requirement.below.length === 0 ? '' : ` { ${requirementsText(requirement.below)} }`;
  if (requirement.kind === 'fragment') return `${requirement.on ?? 'any'}${below}`;
  const { from, to } = requirement;
  return `${from === to ? from : `${from} as ${to}`}${below}`;
}

/** `^` is one field up. */
function contextText({ variable, sources }: ContextArgument): string {
  const places = sources.map(({ levels, path }) =>
    [...Array<string>(levels).fill('^'), pathText(path)].join('.'),
  );
  return `$${variable} from ${places.join(' or ')}`;
}

function pathText(path: PlanPath): string {
  return path
    .map((step) => (typeof step === 'string' ? step : `[${step.types.join('|')}]`))
    .join('.')
    .replaceAll('.@', '[]');
}

function operationLines(operation: string): readonly string[] {
  return print(parse(operation, { noLocation: true })).split('\n');
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

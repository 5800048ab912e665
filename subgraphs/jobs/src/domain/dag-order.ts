import { CodedError } from '@tributary/runtime';

interface Step {
  readonly name: string;
  readonly dependsOn?: readonly { readonly step: string; readonly condition?: string }[] | null | undefined;
}

/**
 * Checks that steps can be done in some order (A. B. Kahn, "Topological sorting of large networks", CACM 5, 1962).
 * @throws CodedError BAD_USER_INPUT for a name that stands twice, a step that is not there or is waited for in two ways by one, or steps that wait for each other in a circle
 */
export function checkDag(steps: readonly Step[]): void {
  const names = new Set(steps.map(({ name }) => name));
  if (names.size < steps.length) throw bad('Each step of a graph needs a name of its own.');
  const waitsFor = new Map(
    steps.map(({ name, dependsOn }) => [name, new Set((dependsOn ?? []).map(({ step }) => step))]),
  );
  for (const [name, needs] of waitsFor)
    for (const need of needs)
      if (!names.has(need)) throw bad(`Step ${name} depends on ${need}, which is no step.`);
  for (const step of steps) checkConditions(step);
  let left = steps.length;
  for (let ready = readyIn(waitsFor); ready.length > 0; ready = readyIn(waitsFor)) {
    left -= ready.length;
    for (const name of ready) waitsFor.delete(name);
    for (const needs of waitsFor.values()) for (const name of ready) needs.delete(name);
  }
  if (left > 0) throw bad(`These steps wait for each other in a circle: ${[...waitsFor.keys()].join(', ')}.`);
}

/** A step comes to one end: whoever waits for two of them would wait for what cannot be. */
function checkConditions({ name, dependsOn }: Step): void {
  const conditions = new Map<string, string>();
  for (const { step, condition = 'SUCCESS' } of dependsOn ?? []) {
    const other = conditions.get(step) ?? condition;
    if (other !== condition)
      throw bad(`Step ${name} waits for ${step} twice, for ${other} and ${condition}: name one.`);
    conditions.set(step, condition);
  }
}

function readyIn(waitsFor: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return [...waitsFor].filter(([, needs]) => needs.size === 0).map(([name]) => name);
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message.slice(0, 500), { details: { argument: 'steps' } });
}

import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql';
import { type Faults, hint } from './faults.ts';
import { foreignDirectives, knownDirectives } from './model-directives.ts';

export type DirectiveValues = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

export interface Annotated {
  readonly coordinate: string;
  readonly directives: readonly ConstDirectiveNode[];
  readonly on: keyof typeof knownDirectives;
}

/** The directives of a type or field by name, with their argument values; unknown ones and repeated ones are faults. */
export function readDirectives({ coordinate, directives, on }: Annotated, faults: Faults): DirectiveValues {
  const known: Readonly<Record<string, readonly string[]>> = knownDirectives[on];
  const values = new Map<string, Readonly<Record<string, unknown>>>();
  for (const directive of directives) {
    const name = directive.name.value;
    if (on === 'type' && foreignDirectives.has(name)) continue;
    const knownArguments = Object.hasOwn(known, name) ? known[name] : undefined;
    if (knownArguments === undefined) {
      faults.add(directive, coordinate, `@${name} is not known on a ${on}${hint(name, Object.keys(known))}`);
      continue;
    }
    if (values.has(name)) faults.add(directive, coordinate, `@${name} is repeated`);
    const args = directive.arguments ?? [];
    for (const { name: argument } of args) {
      if (knownArguments.includes(argument.value)) continue;
      const meant = hint(argument.value, knownArguments);
      faults.add(directive, coordinate, `@${name} has no argument ${argument.value}${meant}`);
    }
    values.set(
      name,
      Object.fromEntries(args.map(({ name: key, value }) => [key.value, valueFromASTUntyped(value)])),
    );
  }
  return values;
}

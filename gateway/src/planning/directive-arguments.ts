import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql';

/** What a directive of that name is given, by argument; nothing where it is of another name. */
export function argumentsOf(
  { name, arguments: given = [] }: ConstDirectiveNode,
  directive: string,
): Readonly<Record<string, unknown>> {
  if (name.value !== directive) return {};
  return Object.fromEntries(
    given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}

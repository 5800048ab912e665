import { type ConstDirectiveNode, type ObjectTypeDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { ModelType } from '../domain/metric.ts';
import type { RowField } from '../domain/row-type.ts';
import { type DeclarationFile, Faults, isObjectType } from './faults.ts';
import { flatFields } from './read-fields.ts';

/** What the data subgraph adds to each item and tells in its events. Who made an item is for members only, and so not measured. */
const systemFields: readonly RowField[] = [
  { name: 'id', description: undefined, type: 'ID', required: true, target: undefined },
  { name: 'version', description: undefined, type: 'Int', required: true, target: undefined },
  { name: 'createdAt', description: undefined, type: 'DateTime', required: true, target: undefined },
  { name: 'updatedAt', description: undefined, type: 'DateTime', required: true, target: undefined },
];

/** The models that can be measured, by name. What is wrong with a model is the data subgraph's to say. */
export function parseModels(files: readonly DeclarationFile[]): ReadonlyMap<string, ModelType> {
  const faults = new Faults();
  const nodes = files.flatMap((file) => faults.definitionsIn(file)).filter(isObjectType);
  faults.throwIfAny();
  const names = new Set(nodes.map(({ name }) => name.value));
  return new Map(nodes.map((node) => [node.name.value, readModel(node, names)]));
}

function readModel(node: ObjectTypeDefinitionNode, names: ReadonlySet<string>): ModelType {
  const store = argumentsOf(node.directives, 'model')['store'];
  const read = argumentsOf(node.directives, 'access')['read'];
  return {
    kind: 'MODEL',
    typeName: node.name.value,
    description: node.description?.value,
    topic: store === 'DOCUMENT' ? 'data.document' : 'data.record',
    fields: [...systemFields, ...flatFields(node, names)],
    read: (Array.isArray(read) ? read : [read]).filter((grant) => typeof grant === 'string'),
  };
}

/** The arguments of a directive as plain values; none when it is not there. */
export function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): Readonly<Record<string, unknown>> {
  const directive = directives?.find((candidate) => candidate.name.value === name);
  return directive === undefined ? {} : directiveArguments(directive);
}

export function directiveArguments(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}

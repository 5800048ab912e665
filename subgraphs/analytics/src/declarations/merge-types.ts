import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
} from 'graphql';

/**
 * One SDL from several that may describe the same entity, each from its own side: fields and directives are joined, and a key that can be
 * resolved wins over one that cannot.
 */
export function mergeTypes(parts: readonly string[]): string {
  const merged = new Map<string, ObjectTypeDefinitionNode>();
  const others: DefinitionNode[] = [];
  for (const node of parse(parts.join('\n')).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) {
      others.push(node);
      continue;
    }
    const known = merged.get(node.name.value);
    merged.set(node.name.value, known === undefined ? node : joined(known, node));
  }
  return [...others, ...merged.values()].map(print).join('\n\n');
}

function joined(a: ObjectTypeDefinitionNode, b: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const fields = new Map<string, FieldDefinitionNode>();
  for (const field of [...(a.fields ?? []), ...(b.fields ?? [])]) {
    if (!fields.has(field.name.value)) fields.set(field.name.value, field);
  }
  const directives = new Map<string, ConstDirectiveNode>();
  for (const directive of [...(a.directives ?? []), ...(b.directives ?? [])])
    directives.set(print(directive), directive);
  const resolvable = [...directives.values()].some(
    (each) => each.name.value === 'key' && !print(each).includes('resolvable'),
  );
  const kept = [...directives.values()].filter(
    (each) => !(resolvable && each.name.value === 'key' && print(each).includes('resolvable')),
  );
  return { ...a, fields: [...fields.values()], directives: kept };
}

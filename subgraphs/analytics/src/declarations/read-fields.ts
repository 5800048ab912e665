import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';
import { type FieldType, fieldTypes, type RowField } from '../domain/row-type.ts';

/** The flat fields of a type: scalars, and references to one of `models` as the other's id. Lists and JSON cannot be measured and are left out. */
export function flatFields(node: ObjectTypeDefinitionNode, models: ReadonlySet<string>): readonly RowField[] {
  return (node.fields ?? []).flatMap((field) => {
    const read = flatField(field, models);
    return read === undefined ? [] : [read];
  });
}

/** One field, or undefined when it is neither scalar nor reference. */
export function flatField(field: FieldDefinitionNode, models: ReadonlySet<string>): RowField | undefined {
  const required = field.type.kind === Kind.NON_NULL_TYPE;
  const name = namedType(field.type.kind === Kind.NON_NULL_TYPE ? field.type.type : field.type);
  if (name === undefined) return undefined;
  const target = models.has(name) ? name : undefined;
  if (target === undefined && !isFieldType(name)) return undefined;
  return {
    name: field.name.value,
    description: field.description?.value,
    type: isFieldType(name) ? name : 'ID',
    required,
    target,
  };
}

function namedType(type: TypeNode): string | undefined {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : undefined;
}

export function isFieldType(name: string): name is FieldType {
  return fieldTypes.some((known) => known === name);
}

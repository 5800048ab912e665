import { type GraphQLInputField, type GraphQLSchema, isInputObjectType } from 'graphql';

const perItem = 'checkedPerItem';

/** Input fields with `@checkedPerItem` in the SDL of `described` are such fields in `schema` from then on. */
export function markCheckedPerItem(schema: GraphQLSchema, described: GraphQLSchema = schema): void {
  for (const type of Object.values(described.getTypeMap())) {
    const marked = schema.getType(type.name);
    if (!isInputObjectType(type) || !isInputObjectType(marked)) continue;
    for (const { name, astNode } of Object.values(type.getFields())) {
      const field = marked.getFields()[name];
      const says = astNode?.directives?.some((directive) => directive.name.value === perItem);
      if (says === true && field !== undefined) field.extensions = { ...field.extensions, [perItem]: true };
    }
  }
}

/** Whether a resolver judges the values of this field by itself. */
export function isCheckedPerItem(field: GraphQLInputField | undefined): boolean {
  return field?.extensions[perItem] === true;
}

import {
  type ConstDirectiveNode,
  type FieldNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  visit,
} from 'graphql';
import { isJsonObject } from '../execution/compiled/own-keys.ts';
import { argumentsOf } from './directive-arguments.ts';
import type { Plan } from './plan.ts';

/** What a field reads of the nearest object above that sets a context. */
export interface ContextRead {
  readonly context: string;
  readonly selections: readonly SelectionNode[];
}

/** Fields with arguments that their subgraph has from context (`@fromContext`), and clients do not see: by name, of whatever types. */
export type ContextFields = ReadonlyMap<string, readonly ContextRead[]>;

export function contextFields(supergraphSchema: GraphQLSchema): ContextFields {
  const found = new Map<string, ContextRead[]>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, astNode } of Object.values(type.getFields()))
      for (const { context, selection } of (astNode?.directives ?? []).flatMap(contextArguments))
        found.set(name, [...(found.get(name) ?? []), { context, selections: selectionsIn(selection) }]);
  }
  return found;
}

/** What `@join__field` tells of arguments from context. */
export function contextArguments(
  directive: ConstDirectiveNode,
): readonly { readonly context: string; readonly selection: string }[] {
  const { contextArguments: told } = argumentsOf(directive, 'join__field');
  return (Array.isArray(told) ? told : []).flatMap((argument: unknown) => {
    const { context, selection } = isJsonObject(argument) ? argument : {};
    return typeof context === 'string' && typeof selection === 'string' ? [{ context, selection }] : [];
  });
}

/** Of a set of fields as directives have it, with braces around it or without. */
export function selectionsIn(fields: string): readonly SelectionNode[] {
  const text = fields.trimStart().startsWith('{') ? fields : `{ ${fields} }`;
  const [operation] = parse(text, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
}

/** All fields of such a set, wherever they stand in it. */
export function fieldsIn(text: string): readonly FieldNode[] {
  return fieldsOf(selectionsIn(text));
}

/** All fields of selections, wherever they stand in them. */
export function fieldsOf(selections: readonly SelectionNode[]): readonly FieldNode[] {
  const found: FieldNode[] = [];
  for (const selection of selections) visit(selection, { [Kind.FIELD]: (field) => void found.push(field) });
  return found;
}

/** Whether a plan asks any subgraph for a field that may be one of them. */
export function asksFor(plan: Plan, fields: ContextFields): boolean {
  if (plan === undefined || fields.size === 0) return false;
  if (plan.kind === 'sequence' || plan.kind === 'parallel')
    return plan.nodes.some((node) => asksFor(node, fields));
  let found = false;
  visit(parse(plan.operation, { noLocation: true }), {
    [Kind.FIELD]: ({ name }) => {
      found ||= fields.has(name.value);
    },
  });
  return found;
}

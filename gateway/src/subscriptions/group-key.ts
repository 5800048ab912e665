import { createHash } from 'node:crypto';
import { allowanceOf, type Principal } from '@tributary/subgraph-kit';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  Kind,
  print,
  separateOperations,
  stripIgnoredCharacters,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What grouping needs to know of an operation; computed once per document. */
export interface OperationShape {
  /** The operation with its fragments, without insignificant characters. */
  readonly text: string;
  /** True when its answer may differ between two principals of one role: then every principal has a group of its own. */
  readonly isPersonal: boolean;
  /** The variable that carries the cursor, where it can be left out of the execution for an event. */
  readonly cursorVariable: string | undefined;
}

const personalGrants: ReadonlySet<string> = new Set(['OWNER_OF_ROW', 'SIGNED_IN']);
const cursorArgument = 'after';

export function operationShape(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationShape {
  const operation = getOperationAST(document, operationName);
  const own = separateOperations(document)[operation?.name?.value ?? ''] ?? document;
  return {
    text: stripIgnoredCharacters(print(own)),
    isPersonal: isPersonal(schema, own),
    cursorVariable: cursorVariableOf(own),
  };
}

/**
 * Two subscriptions with one key get the same payloads: same operation, same variables but for the cursor, same schema, and the
 * same answer to every question authorization asks.
 */
export function groupKey(
  shape: OperationShape,
  variables: Readonly<Record<string, unknown>>,
  context: { readonly principal: Principal; readonly schemaVersion: string },
): string {
  const { kind, id, workspaceId, role, scopes } = context.principal;
  const asker = [kind, workspaceId, role, scopes && [...scopes].sort(), shape.isPersonal ? id : null];
  const named = Object.entries(variables).filter(([name]) => name !== shape.cursorVariable);
  const text = JSON.stringify([
    context.schemaVersion,
    shape.text,
    named.sort(([a], [b]) => (a < b ? -1 : 1)),
    asker,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

/** What is for owners of a row, or for anybody signed in, may answer by who asks. All else depends on workspace, role and scopes alone. */
function isPersonal(schema: GraphQLSchema, document: DocumentNode): boolean {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      enter: (node) => {
        if (node.kind !== Kind.FIELD) return;
        const field = typeInfo.getFieldDef();
        if (field !== undefined && field !== null) found ||= fieldIsPersonal(schema, field);
      },
    }),
  );
  return found;
}

function fieldIsPersonal(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): boolean {
  const type: GraphQLNamedType = getNamedType(field.type);
  const entered = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  return [field, ...entered].some(
    (element) => allowanceOf(element)?.to.some((grant) => personalGrants.has(grant)) ?? false,
  );
}

/** Only a nullable variable that nothing but the cursor argument uses can be dropped without changing what else is asked. */
function cursorVariableOf(document: DocumentNode): string | undefined {
  const [root] =
    document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.selectionSet
      .selections ?? [];
  const value =
    root?.kind === Kind.FIELD
      ? root.arguments?.find((argument) => argument.name.value === cursorArgument)?.value
      : undefined;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  let isNullable = false;
  let mentions = 0;
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.VARIABLE && node.name.value === name) mentions += 1;
      const isItsDefinition = node.kind === Kind.VARIABLE_DEFINITION && node.variable.name.value === name;
      if (isItsDefinition) isNullable = node.type.kind !== Kind.NON_NULL_TYPE;
    },
  });
  // Its definition is one mention, the argument the other.
  return isNullable && mentions === 2 ? name : undefined;
}

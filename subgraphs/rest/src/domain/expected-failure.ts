import { CodedError, type ErrorCode, isErrorCode } from '@tributary/runtime';
import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  type InlineFragmentNode,
  isUnionType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The code of each expected failure by the name of its type: `QuotaExceeded` is QUOTA_EXCEEDED. */
export type FailureCodes = ReadonlyMap<string, ErrorCode>;

/**
 * The failures an operation selects: members of a union of which it asks `__typename`, and the message. In the graph they are data that a
 * person can mend (decision 10); a partner gets them as a problem, like every other failure.
 * @throws TypeError for one that has no code
 */
export function failuresOf(document: DocumentNode): FailureCodes {
  const found = new Map<string, ErrorCode>();
  visit(document, {
    InlineFragment: (node) => {
      if (!isFailure(node)) return;
      const name = node.typeCondition?.name.value ?? '';
      const code = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
      if (!isErrorCode(code)) throw new TypeError(`the failure ${name} has no code ${code}`);
      found.set(name, code);
    },
  });
  return found;
}

/** The problem a value is, if it is an expected failure. */
export function expectedFailure(value: unknown, failures: FailureCodes): CodedError | undefined {
  const { __typename: name, message } = (value ?? {}) as { __typename?: unknown; message?: unknown };
  const code = typeof name === 'string' ? failures.get(name) : undefined;
  return code === undefined ? undefined : new CodedError(code, String(message));
}

interface SelectedMember {
  readonly type: GraphQLObjectType;
  readonly selection: SelectionSetNode;
}

/** The members of a union that are successes of an operation: those of which it selects no failure. */
export function successMembers(
  union: GraphQLUnionType,
  { selections }: SelectionSetNode,
): readonly SelectedMember[] {
  return selections.flatMap((node) => {
    if (node.kind !== Kind.INLINE_FRAGMENT || isFailure(node)) return [];
    const type = union.getTypes().find(({ name }) => name === node.typeCondition?.name.value);
    return type === undefined ? [] : { type, selection: node.selectionSet };
  });
}

/** Members of unions that an operation forgets: an answer of such a type would be an empty object. */
export function forgottenMembers(document: DocumentNode, schema: GraphQLSchema): readonly string[] {
  const forgotten: string[] = [];
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: ({ selections }) => {
        const union = types.getParentType();
        if (!isUnionType(union)) return;
        const named = new Set(
          selections.map((node) =>
            node.kind === Kind.INLINE_FRAGMENT ? node.typeCondition?.name.value : undefined,
          ),
        );
        forgotten.push(...union.getTypes().flatMap(({ name }) => (named.has(name) ? [] : name)));
      },
    }),
  );
  return forgotten;
}

function isFailure({ selectionSet }: InlineFragmentNode): boolean {
  return selectionSet.selections.some((node) => node.kind === Kind.FIELD && node.name.value === '__typename');
}

import { type DirectiveNode, Kind, type OperationDefinitionNode, print, visit } from 'graphql';
import type { SavedOperation } from '../domain/saved-operation.ts';
import { codedErrorFrom } from '../http/graph-failure.ts';
import { deadlineMs, type RouteExecution } from './execute-route.ts';

const skipped: DirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'skip' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'if' },
      value: { kind: Kind.BOOLEAN, value: true },
    },
  ],
};
const probes = new WeakMap<SavedOperation, string>();

/**
 * Asks the graph whether the caller may run an operation at all, by role and scope, and runs nothing of it: the operation is sent with
 * its root fields skipped, and the gateway refuses by right whatever the directives say. Rows are not asked for.
 * @throws CodedError UNAUTHENTICATED or FORBIDDEN, as the operation itself would.
 */
export async function assertAllowed(
  operation: SavedOperation,
  { request, execute }: RouteExecution,
): Promise<void> {
  const { assertion, requestId, clientAddress } = request;
  const query = probes.get(operation) ?? probeOf(operation);
  probes.set(operation, query);
  const { errors = [] } = await execute({
    query,
    operationName: operation.name,
    variables: {},
    assertion,
    requestId,
    clientAddress,
    signal: AbortSignal.timeout(deadlineMs),
  });
  // The variables are left out, so other errors say nothing.
  const refusal = errors
    .map(codedErrorFrom)
    .find(({ code }) => code === 'UNAUTHENTICATED' || code === 'FORBIDDEN');
  if (refusal !== undefined) throw refusal;
}

function probeOf({ document }: SavedOperation): string {
  return print(
    visit(document, {
      OperationDefinition: (node): OperationDefinitionNode => ({
        ...node,
        selectionSet: {
          ...node.selectionSet,
          selections: node.selectionSet.selections.map((selection) => ({
            ...selection,
            directives: [...(selection.directives ?? []), skipped],
          })),
        },
      }),
    }),
  );
}

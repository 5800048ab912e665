import { type CallContext, type GraphExecutor, graphError } from '@tributary/subgraph-kit';

/** Answers the slug of the workspace that a caller addresses; undefined for who is no member of it. */
export type AddressedWorkspace = () => Promise<string | undefined>;

const operationName = 'WorkspaceAddressed';
const query = `query ${operationName} { viewer { workspace { slug } } }`;
const deadlineMs = 10_000;

/** Whose workspaces are called what is identity's to know: the graph is asked with the caller's own assertion. */
export function graphWorkspace(execute: GraphExecutor): (caller: CallContext) => AddressedWorkspace {
  return ({ assertion, requestId, clientAddress, signal }) =>
    async () => {
      const deadline = AbortSignal.timeout(deadlineMs);
      const { data, errors = [] } = await execute({
        query,
        operationName,
        variables: {},
        assertion,
        requestId,
        clientAddress,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      if (errors.length > 0) throw graphError(errors);
      const { viewer } = data as {
        readonly viewer: { readonly workspace: { readonly slug: string } | null } | null;
      };
      return viewer?.workspace?.slug;
    };
}

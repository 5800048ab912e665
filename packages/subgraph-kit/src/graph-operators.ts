import type { CallContext } from './call.ts';
import { type GraphExecutor, graphError } from './graph-executor.ts';

/** Whether a caller addresses the operator workspace, whose owners run the installation. */
export type IsOperator = () => Promise<boolean>;

const operationName = 'WhoRunsTheInstallation';
const query = `query ${operationName} { viewer { isOperator } }`;
const deadlineMs = 10_000;

/** Which workspace runs the installation is identity's to know: the graph is asked with the caller's own assertion. */
export function graphOperators(execute: GraphExecutor): (caller: CallContext) => IsOperator {
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
      return (data as { readonly viewer: { readonly isOperator: boolean } }).viewer.isOperator;
    };
}

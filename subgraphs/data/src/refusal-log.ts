import type { Logger } from '@tributary/runtime';
import type { OnRefusal } from '@tributary/subgraph-kit';

/** Notes refusals in the process log. The gateway refuses by the same rules before a call comes here, and audits it. */
export function refusalLog(log: Logger): OnRefusal {
  return ({ kind, id, workspaceId }, _coordinate, { code }) =>
    log.warn({ principalKind: kind, principalId: id, workspaceId, code }, 'refused');
}

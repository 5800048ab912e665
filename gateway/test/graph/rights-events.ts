import type { LogEvent } from '@tributary/engines/event-log';
import { workspaceId } from './identity-subgraph.ts';

/** An event of identity's, as far as who follows rights reads it. */
export function rightsEvent(type: string, data: unknown, atMs: number): LogEvent {
  return {
    specversion: '1.0',
    id: crypto.randomUUID(),
    source: '/test',
    type,
    subject: 'x',
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    workspaceid: workspaceId,
    partitionkey: 'x',
    actorkind: 'user',
    actorid: 'user-1',
    data,
  };
}

export { defaultBacklogLimit } from './backlog-watch.ts';
export { type RelayOptions, relayLock, startRelay } from './relay.ts';

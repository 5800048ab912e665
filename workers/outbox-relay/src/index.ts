export { type RelayOptions, relayLock, startRelay } from './relay.ts';

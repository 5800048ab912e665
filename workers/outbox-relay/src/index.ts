export { type RelayOptions, relayLockKey, startRelay } from './relay.ts';

export { defaultSettings, type IdentitySettings } from './core.ts';
export { removeExpiredSessions, type SessionRemovalDeps, startSessionRemoval } from './expired-sessions.ts';
export { type KeyRotationDeps, startKeyRotation } from './key-rotation.ts';
export { type Occupants, occupantsOf } from './occupants.ts';
export { type AuditProjectionDeps, startAuditProjection } from './projection/audit-projection.ts';
export { openSetUp, type SetUpDeps } from './set-up.ts';
export { buildIdentity, type IdentityDeps, identityTypeDefs } from './subgraph.ts';
export { verifyApiKey } from './usecases/verify-api-key.ts';

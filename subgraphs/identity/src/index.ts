export { defaultSettings, type IdentitySettings } from './core.ts';
export { removeExpiredSessions, type SessionRemovalDeps, startSessionRemoval } from './expired-sessions.ts';
export { type KeyRotationDeps, startKeyRotation } from './key-rotation.ts';
export { type AuditProjectionDeps, startAuditProjection } from './projection/audit-projection.ts';
export { openSetUp, type SetUpDeps } from './set-up.ts';
export { buildIdentity, type IdentityDeps, identityTypeDefs } from './subgraph.ts';

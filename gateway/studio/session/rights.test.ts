import { expect, test } from 'vitest';
import { grantableRoles, mayUse, roles } from './rights.ts';

test('a role may use what the graph declares for it and for those below it', () => {
  expect(roles.map((role) => mayUse(role, 'auditLog'))).toEqual([false, false, true, true]);
  expect(roles.map((role) => mayUse(role, 'auditChainIntact'))).toEqual([false, false, false, true]);
  expect(roles.map((role) => mayUse(role, 'files'))).toEqual([true, true, true, true]);
});

test('who has no role in the workspace may use what is for everybody, and no more', () => {
  expect(mayUse(null, 'dataModels')).toBe(true);
  expect(mayUse(null, 'viewer')).toBe(true);
  expect(mayUse(null, 'files')).toBe(false);
});

test('nobody is offered to give more than they hold', () => {
  expect(grantableRoles('ADMIN')).toEqual(['VIEWER', 'EDITOR', 'ADMIN']);
  expect(grantableRoles(null)).toEqual([]);
});

import { CodedError, Counter, Registry } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import type { RecordedRefusal } from '../src/security/identity-directory.ts';
import { createRefusalReports } from '../src/security/refusal-reports.ts';
import { workspaceId } from './graph/identity-subgraph.ts';
import { silentLog } from './graph/silent-log.ts';

const viewer: Principal = { kind: 'user', id: 'viewer', workspaceId, role: 'VIEWER', scopes: null };

function running() {
  const lost = new Counter({ name: 'lost', help: 'lost', registers: [new Registry()] });
  const taken: RecordedRefusal[] = [];
  const identity = { isAway: true, asked: 0 };
  const directory = {
    recordRefusals: async (refusals: readonly RecordedRefusal[]) => {
      identity.asked += 1;
      if (identity.isAway) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'away');
      taken.push(...refusals);
    },
  };
  const reports = createRefusalReports({ directory, log: silentLog, lost });
  const refuse = (coordinate: string, who: Principal = viewer) =>
    reports.report(who, {
      coordinate,
      path: ['x'],
      error: new CodedError('FORBIDDEN', 'This is not allowed.'),
    });
  const lostSoFar = async () => (await lost.get()).values[0]?.value ?? 0;
  return { reports, refuse, lostSoFar, taken, identity };
}

it('what was refused while identity was away is in its audit log afterwards, once and in order', async () => {
  const { reports, refuse, lostSoFar, taken, identity } = running();
  const coordinates = Array.from({ length: 250 }, (_, index) => `Mutation.m${index}`);
  for (const coordinate of coordinates) refuse(coordinate);
  await eventually(() => expect(identity.asked).toBeGreaterThan(0));
  expect(taken).toEqual([]);
  identity.isAway = false;
  await eventually(() => expect(taken.map(({ coordinate }) => coordinate)).toEqual(coordinates));
  await reports[Symbol.asyncDispose]();
  expect(await lostSoFar()).toBe(0);
});

it('a workspace that is only addressed learns that somebody was refused there, and not whose account it was', async () => {
  const { reports, refuse, taken, identity } = running();
  identity.isAway = false;
  refuse('Query.a');
  refuse('Query.b', { ...viewer, id: 'no-member', role: null });
  await reports[Symbol.asyncDispose]();
  expect(taken.map(({ principalKind, principalId }) => [principalKind, principalId])).toEqual([
    ['user', 'viewer'],
    ['anonymous', 'anonymous'],
  ]);
});

it('what does not fit, and what is left at the end, is counted as lost', async () => {
  const { reports, refuse, lostSoFar } = running();
  for (let index = 0; index < 1_003; index += 1) refuse(`Mutation.m${index}`);
  expect(await lostSoFar()).toBe(3);
  await reports[Symbol.asyncDispose]();
  expect(await lostSoFar()).toBe(1_003);
});

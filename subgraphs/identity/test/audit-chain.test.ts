import { isHeldByOthers } from '@tributary/engines/relational/postgres-errors';
import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { sealOlderHeads } from '../src/adapters/audit-heads.ts';
import { deriveKeys } from '../src/adapters/derived-keys.ts';
import { countOf, intact, recordUpdated } from './audited.ts';
import { newOwner } from './people.ts';
import { runIdentity } from './running-identity.ts';

const silent = createLogger({ name: 'test', level: 'silent' });

it.each([
  ['changed', `UPDATE identity.audit_entry SET actor_id = 'somebody else' WHERE seq = 2`],
  ['removed in the middle', 'DELETE FROM identity.audit_entry WHERE seq = 2'],
  ['cut off at the end', 'DELETE FROM identity.audit_entry WHERE seq >= 3'],
  [
    'cut off at the end, with the head moved to the last one left',
    `WITH gone AS (DELETE FROM identity.audit_entry WHERE seq >= 3)
     UPDATE identity.audit_head h SET seq = 2, hash = e.hash FROM identity.audit_entry e WHERE e.workspace_id = h.workspace_id AND e.seq = 2`,
  ],
  [
    'cut off at the end, with a head as one was before there were seals',
    `WITH gone AS (DELETE FROM identity.audit_entry WHERE seq >= 3)
     UPDATE identity.audit_head h SET seq = 2, hash = e.hash, seal = NULL FROM identity.audit_entry e WHERE e.workspace_id = h.workspace_id AND e.seq = 2`,
  ],
  ['removed altogether', 'DELETE FROM identity.audit_entry'],
  [
    'removed with the head of the chain',
    'WITH gone AS (DELETE FROM identity.audit_entry) DELETE FROM identity.audit_head',
  ],
])('an entry %s behind the back of the product is found', async (_case, tampering) => {
  await using identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  const olga = await newOwner(identity);
  const relayed = await relay();
  // All of them: an entry that came after the tampering would count as the one that is awaited below.
  await eventually(async () => expect(await countOf(identity)).toBe(relayed));
  expect((await intact(identity, olga)).intact).toBe(true);
  await expect(identity.relational.query(tampering)).rejects.toThrow();
  for (const table of ['audit_entry', 'audit_head'])
    await identity.relational.query(`ALTER TABLE identity.${table} DISABLE TRIGGER USER`);
  await identity.relational.query(tampering);
  await identity.relational.query('ALTER TABLE identity.audit_head ENABLE TRIGGER USER');
  expect((await intact(identity, olga)).intact).toBe(false);
  const before = await countOf(identity);
  await eventLog.append('data.record', [recordUpdated(identity, olga)]);
  await eventually(async () => expect(await countOf(identity)).toBe((before ?? 0) + 1));
  expect((await intact(identity, olga)).intact).toBe(false);
});

it('chains of a release that knew no seals hold after the first start of this one, and are sealed once', async () => {
  await using identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  const olga = await newOwner(identity);
  const relayed = await relay();
  await eventually(async () => expect(await countOf(identity)).toBe(relayed));
  const { relational, clock, settings } = identity;
  const unseal = () => relational.query('UPDATE identity.audit_head SET seal = NULL');
  const start = () =>
    sealOlderHeads(relational, deriveKeys(settings.sealingKey).audit, { clock, log: silent });
  await unseal();
  await relational.query('DELETE FROM identity.audit_heads_sealed');
  expect((await intact(identity, olga)).intact).toBe(false);
  await Promise.all([start(), start()]);
  expect((await intact(identity, olga)).intact).toBe(true);
  await eventLog.append('data.record', [recordUpdated(identity, olga)]);
  await eventually(async () => expect(await countOf(identity)).toBe(relayed + 1));
  expect((await intact(identity, olga)).intact).toBe(true);
  await unseal();
  await start();
  expect((await intact(identity, olga)).intact).toBe(false);
});

it('what a process of the release before would append waits for one that seals', async () => {
  await using identity = await runIdentity();
  await newOwner(identity);
  const { relational } = identity;
  const asBefore = relational.query(`UPDATE identity.audit_head SET seq = 1, hash = '\\x00'`);
  expect(isHeldByOthers(await asBefore.catch((error: unknown) => error))).toBe(true);
});

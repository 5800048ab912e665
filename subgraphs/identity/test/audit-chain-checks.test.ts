import { createEvent } from '@tributary/engines/event-log/event';
import type { Relational } from '@tributary/engines/relational';
import { CodedError, ManualClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAuditChainChecks } from '../src/adapters/audit-chain-checks.ts';
import { deriveKeys } from '../src/adapters/derived-keys.ts';
import { newOwner, type Person } from './people.ts';
import { type RunningIdentity, runIdentity } from './running-identity.ts';

/** More than two pieces of a walk. */
const entryCount = 1_200;
let identity: RunningIdentity;
let olga: Person;
let entries: number;

beforeAll(async () => {
  identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  olga = await newOwner(identity);
  const events = Array.from({ length: entryCount }, (_, n) =>
    createEvent({
      type: 'data.record.deleted',
      source: '/subgraphs/data',
      subject: `Airport/a${n}`,
      workspaceId: olga.principal.workspaceId,
      actor: { kind: 'user', id: olga.userId },
      clock: identity.clock,
      data: { model: 'Airport', id: `a${n}`, version: 1, before: {}, after: null, changed: [] },
    }),
  );
  const relayed = await relay();
  await eventLog.append('data.record', events);
  const countSql = `SELECT count(*)::int AS n, count(*) FILTER (WHERE workspace_id = $1)::int AS own FROM identity.audit_entry`;
  entries = await eventually(async () => {
    const { rows } = await identity.relational.query<{ n: number; own: number }>(countSql, [
      olga.principal.workspaceId,
    ]);
    expect(rows[0]?.n).toBe(relayed + entryCount);
    return rows[0]?.own ?? 0;
  });
});
afterAll(() => identity[Symbol.asyncDispose]());

let reads: number;
beforeEach(() => {
  reads = 0;
});

/** Checks on a clock of their own, which moves by so much with each piece that is read. */
function checksWith({ pieceMs }: { readonly pieceMs: number }) {
  const clock = new ManualClock(Date.UTC(2026, 10, 1));
  const relational: Pick<Relational, 'transaction'> = {
    transaction: (work, options) => {
      reads += 1;
      clock.advance(pieceMs);
      return identity.relational.transaction(work, options);
    },
  };
  const keys = deriveKeys(identity.settings.sealingKey).audit;
  const checks = createAuditChainChecks({ relational, clock, keys });
  const ask = (signal?: AbortSignal) =>
    checks.verify({ workspaceId: olga.principal.workspaceId, signal }).catch((error: unknown) => {
      if (error instanceof CodedError) return error;
      throw error;
    });
  return { ask, clock };
}

it('fifty who ask at once share one walk, over the graph too', async () => {
  const { ask } = checksWith({ pieceMs: 1 });
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(new Set(verdicts)).toEqual(new Set([verdicts[0]]));
  expect(verdicts[0]).toMatchObject({ intact: true, entries });
  expect(reads).toBe(Math.ceil(entries / 500));
  const aliases = Array.from(
    { length: 20 },
    (_, n) => `a${n}: auditChainIntact { intact entries checkedSince }`,
  );
  const { data, codes } = await identity.ask(olga.principal, `{ ${aliases.join(' ')} }`);
  expect(codes).toEqual([]);
  const checkedSince = new Date(identity.clock.now()).toISOString();
  expect(data.a19).toEqual({ intact: true, entries, checkedSince });
});

it('a log too long for one answer says how far it got, and who asks again gets on from there to the verdict', async () => {
  const { ask, clock } = checksWith({ pieceMs: 3_000 });
  const checkedSince = new Date(clock.now()).toISOString();
  const first = await ask();
  expect(first).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { entries: 500, retryAfterSeconds: 1 } });
  expect(await ask()).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { entries: 1_000 } });
  expect(await ask()).toEqual({ intact: true, entries, checkedSince });
  expect(await ask()).toMatchObject({ details: { entries: 500 } });
});

it('a walk that nobody went on with for five minutes begins with the first entry again', async () => {
  const { ask, clock } = checksWith({ pieceMs: 3_000 });
  await ask();
  clock.advance(5 * 60_000 + 1);
  expect(await ask()).toMatchObject({ details: { entries: 500 } });
});

it('a walk stops when all who asked have gone, and goes on while one of them waits', async () => {
  const { ask } = checksWith({ pieceMs: 1 });
  const [client, other] = [new AbortController(), new AbortController()];
  const gone = [ask(client.signal), ask(other.signal)];
  client.abort();
  other.abort();
  await Promise.all(gone);
  expect(reads).toBe(1);
  const third = new AbortController();
  const left = ask(third.signal);
  const stays = ask();
  third.abort();
  expect(await stays).toMatchObject({ intact: true, entries });
  await left;
  expect(await ask(third.signal)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

it('tampering with what an unfinished walk has passed is found by the walk after its verdict, and after it by every one', async () => {
  const { ask } = checksWith({ pieceMs: 3_000 });
  const { relational } = identity;
  await ask();
  await expect(
    relational.query(`UPDATE identity.audit_entry SET actor_id = 'x' WHERE seq = 2`),
  ).rejects.toThrow();
  await relational.query('ALTER TABLE identity.audit_entry DISABLE TRIGGER USER');
  await relational.query(
    `UPDATE identity.audit_entry SET actor_id = 'x' WHERE seq = 2 AND workspace_id = $1`,
    [olga.principal.workspaceId],
  );
  await ask();
  expect(await ask()).toMatchObject({ intact: true });
  for (let again = 0; again < 2; again += 1) expect(await ask()).toMatchObject({ intact: false, entries: 1 });
});

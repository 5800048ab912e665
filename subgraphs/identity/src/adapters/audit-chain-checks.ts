import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import type { AuditKeys } from './audit-chain.ts';
import { type ChainPoint, type ChainStep, chainStart, followPiece, readPiece } from './audit-chain-walk.ts';

/** How long one answer is worked for: shorter than the deadline of whoever waits, so that they learn how far it got. */
const stretchMs = 3_000;
/** For so long a walk that nobody goes on with is remembered, and so many of them. */
const rememberedMs = 5 * 60_000;
const mostRemembered = 1_000;

export interface ChainVerdict {
  readonly intact: boolean;
  /** Entries that are as they were written, from the first on. */
  readonly entries: number;
  /** Every entry was read at this time or later; RFC 3339. */
  readonly checkedSince: string;
}

export interface AskedChain {
  readonly workspaceId: string;
  /** Aborted when nobody waits for the answer. */
  readonly signal: AbortSignal | undefined;
}

export interface AuditChainChecks {
  /**
   * Recomputes a workspace's chain from its first entry to its head. Whoever asks while a walk is under way shares it. Nothing of a walk
   * outlives its verdict: the next one begins with the first entry again.
   * @throws CodedError DEADLINE_EXCEEDED when the chain is too long for one answer: who asks again goes on from there.
   */
  verify(asked: AskedChain): Promise<ChainVerdict>;
}

export interface AuditChainChecksOptions {
  readonly relational: Pick<Relational, 'transaction'>;
  readonly clock: Clock;
  readonly keys: AuditKeys;
}

interface Walk {
  readonly workspaceId: string;
  readonly sinceMs: number;
  point: ChainPoint;
  asking: number;
  leftAtMs: number;
  stretch: Promise<ChainVerdict | undefined> | undefined;
}

/** Walks in pieces, one piece at a time in a process: workspaces take turns, and after each piece the process has as long for everybody else. */
export function createAuditChainChecks({
  relational,
  clock,
  keys,
}: AuditChainChecksOptions): AuditChainChecks {
  const walks = new Map<string, Walk>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  const nextStep = ({ workspaceId, point: from }: Walk): Promise<ChainStep> => {
    let busyMs = 0;
    const step = lastTurn.then(async () => {
      const piece = await readPiece(relational, workspaceId, from);
      const startedMs = clock.monotonicMs();
      const followed = followPiece({ keys, workspaceId, from }, piece);
      busyMs = clock.monotonicMs() - startedMs;
      return followed;
    });
    const rest = (): Promise<void> => pause(busyMs);
    lastTurn = step.then(rest, rest);
    return step;
  };

  const stretchOf = async (walk: Walk): Promise<ChainVerdict | undefined> => {
    const untilMs = clock.monotonicMs() + stretchMs;
    while (walk.asking > 0 && clock.monotonicMs() < untilMs) {
      const { point, intact } = await nextStep(walk);
      walk.point = point;
      if (intact === undefined) continue;
      walks.delete(walk.workspaceId);
      return { intact, entries: point.seq, checkedSince: new Date(walk.sinceMs).toISOString() };
    }
    return undefined;
  };

  const walkOf = (workspaceId: string): Walk => {
    const nowMs = clock.monotonicMs();
    for (const [each, { asking, leftAtMs }] of walks)
      if (asking === 0 && (nowMs - leftAtMs > rememberedMs || walks.size > mostRemembered))
        walks.delete(each);
    const known = walks.get(workspaceId);
    if (known !== undefined) return known;
    const point = chainStart(keys, workspaceId);
    const walk = { workspaceId, sinceMs: clock.now(), point, asking: 0, leftAtMs: nowMs, stretch: undefined };
    walks.set(workspaceId, walk);
    return walk;
  };

  return {
    verify: async ({ workspaceId, signal }) => {
      if (signal?.aborted === true)
        throw new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this any more.');
      const walk = walkOf(workspaceId);
      let isAsking = true;
      walk.asking += 1;
      const leave = (): void => {
        if (!isAsking) return;
        isAsking = false;
        walk.asking -= 1;
        walk.leftAtMs = clock.monotonicMs();
      };
      // Aliases of one operation have one signal, and Node takes more than ten listeners for a leak.
      if (signal !== undefined) setMaxListeners(0, signal);
      signal?.addEventListener('abort', leave, { once: true });
      try {
        walk.stretch ??= stretchOf(walk).finally(() => {
          walk.stretch = undefined;
        });
        const verdict = await walk.stretch;
        if (verdict === undefined) throw unfinished(walk.point.seq);
        return verdict;
      } finally {
        signal?.removeEventListener('abort', leave);
        leave();
      }
    },
  };
}

function unfinished(entries: number): CodedError {
  const text = `The audit log is long: its first ${entries} entries are as they were written. Ask again, and the check goes on from there.`;
  return new CodedError('DEADLINE_EXCEEDED', text, { details: { entries, retryAfterSeconds: 1 } });
}

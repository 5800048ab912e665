import type { LogEvent } from '@tributary/engines/event-log';
import type { Principal } from '@tributary/subgraph-kit';

/** A change of rights, as identity tells of it. */
export interface RightsChange {
  /** Of its event. */
  readonly id: string;
  /** `identity.session.ended` … */
  readonly type: string;
  readonly workspaceId: string;
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly role?: string | null | undefined;
}

/** Undefined for an event that says nothing, as somebody else may have written it: who follows the log must not stop at it. */
export function rightsChangeOf({
  id,
  type,
  workspaceid: workspaceId,
  data,
}: LogEvent): RightsChange | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { sessionId, userId, keyId, role } = data as Partial<RightsChange>;
  return { id, type, workspaceId, sessionId, userId, keyId, role };
}

/** The role that a member has by the last change of it, whatever clocks say. */
interface Membership {
  role: string | null;
  /** When it was learnt. */
  learntMs: number;
  /** The changes that led to it: each comes by two ways, and by either more than once. */
  readonly known: Set<string>;
  /** The last change that waited for the log. What the log tells before it is older. */
  waiting: string | undefined;
}

/** By which of the two ways a change came: the log tells those of one member in their order, and those that wait are younger than all that it has. */
export type ToldBy = 'log' | 'identity';

/**
 * What was taken away from whom, as far as a credential from before may still be shown. Learning a change twice, or an older one later, changes nothing. No time in an event
 * decides: the clock of who made it may have been set since.
 */
export class RevokedRights {
  /** With the moment they were learnt, as keys are. */
  readonly #endedSessions = new Map<string, number>();
  readonly #revokedKeys = new Map<string, number>();
  readonly #memberships = new Map<string, Membership>();
  readonly #onKeyRevoked: (keyId: string) => void;

  constructor(onKeyRevoked: (keyId: string) => void) {
    this.#onKeyRevoked = onKeyRevoked;
  }

  /** Whether it was news. */
  learn(change: RightsChange, toldBy: ToldBy, nowMs: number): boolean {
    const { type, sessionId, userId, keyId } = change;
    if (type === 'identity.api_key.revoked' && keyId !== undefined) {
      if (!learnt(this.#revokedKeys, keyId, nowMs)) return false;
      this.#onKeyRevoked(keyId);
      return true;
    }
    if (type === 'identity.session.ended' && sessionId !== undefined)
      return learnt(this.#endedSessions, sessionId, nowMs);
    if (!membershipTypes.has(type) || userId === undefined) return false;
    return this.#learnRole({ ...change, userId }, toldBy, nowMs);
  }

  /** Tokens are over by themselves, so that what was learnt a lifetime of theirs ago ends none any more. */
  forget(olderThanMs: number): void {
    for (const known of [this.#endedSessions, this.#revokedKeys])
      for (const [id, learntMs] of known) if (learntMs < olderThanMs) known.delete(id);
    for (const [key, { learntMs }] of this.#memberships)
      if (learntMs < olderThanMs) this.#memberships.delete(key);
  }

  /** A token that says another role than the last change of it is from before that change; or it comes before a later one is known here, and is taken once that is. */
  isRevoked(principal: Principal): boolean {
    if (principal.kind === 'apiKey') return this.#revokedKeys.has(principal.id);
    if (principal.kind !== 'user') return false;
    if (principal.sessionId !== undefined && this.#endedSessions.has(principal.sessionId)) return true;
    const membership = this.#memberships.get(membershipKey(principal.workspaceId, principal.id));
    return membership !== undefined && membership.role !== principal.role;
  }

  #learnRole(change: RightsChange & { readonly userId: string }, toldBy: ToldBy, nowMs: number): boolean {
    const { id, type, workspaceId, userId } = change;
    const key = membershipKey(workspaceId, userId);
    const role = type === 'identity.member.removed' ? null : (change.role ?? null);
    const membership = this.#memberships.get(key);
    if (membership === undefined) {
      const waiting = toldBy === 'identity' ? id : undefined;
      this.#memberships.set(key, { role, learntMs: nowMs, known: new Set([id]), waiting });
      return true;
    }
    const { known, waiting } = membership;
    const isKnown = known.has(id);
    known.add(id);
    if (toldBy === 'log' && waiting === id) membership.waiting = undefined;
    if (isKnown || (toldBy === 'log' && waiting !== undefined)) return false;
    if (toldBy === 'identity') membership.waiting = id;
    membership.role = role;
    membership.learntMs = nowMs;
    return true;
  }
}

const membershipTypes: ReadonlySet<string> = new Set([
  'identity.member.added',
  'identity.member.role_changed',
  'identity.member.removed',
]);

function learnt(known: Map<string, number>, id: string, nowMs: number): boolean {
  if (known.has(id)) return false;
  known.set(id, nowMs);
  return true;
}

function membershipKey(workspaceId: string, userId: string): string {
  return `${workspaceId} ${userId}`;
}

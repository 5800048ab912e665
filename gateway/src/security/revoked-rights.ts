import type { LogEvent } from '@tributary/engines/event-log';
import type { Principal } from '@tributary/subgraph-kit';

/** A change of rights, as identity tells of it. */
export interface RightsChange {
  /** `identity.session.ended` … */
  readonly type: string;
  readonly workspaceId: string;
  readonly atMs: number;
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly role?: string | null | undefined;
}

/** Undefined for an event that says nothing, as somebody else may have written it: who follows the log must not stop at it. */
export function rightsChangeOf({
  type,
  workspaceid: workspaceId,
  time,
  data,
}: LogEvent): RightsChange | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { sessionId, userId, keyId, role } = data as Partial<RightsChange>;
  return { type, workspaceId, atMs: Date.parse(time), sessionId, userId, keyId, role };
}

interface Membership {
  readonly role: string | null;
  readonly atMs: number;
}

/** What the clocks of two processes of identity may differ by: one makes a token, the other changes the role that the token says. */
const clockSkewMs = 5_000;

/** What was taken away from whom, as far as a credential from before may still be shown. Learning a change twice, or an older one later, changes nothing. */
export class RevokedRights {
  readonly #endedSessions = new Map<string, number>();
  /** With the moment they were learnt. */
  readonly #revokedKeys = new Map<string, number>();
  readonly #memberships = new Map<string, Membership>();
  readonly #onKeyRevoked: (keyId: string) => void;

  constructor(onKeyRevoked: (keyId: string) => void) {
    this.#onKeyRevoked = onKeyRevoked;
  }

  /**
   * Whether it was news. Tokens are over by themselves, so what ended them before `oldestMs` ends none any more; a key, and the sockets it opened, stay until
   * they are told of it, however late.
   */
  learn(
    change: RightsChange,
    { nowMs, oldestMs }: { readonly nowMs: number; readonly oldestMs: number },
  ): boolean {
    const { type, workspaceId, atMs, sessionId, userId, keyId, role = null } = change;
    if (type === 'identity.api_key.revoked' && keyId !== undefined) {
      if (!learnt(this.#revokedKeys, keyId, nowMs)) return false;
      this.#onKeyRevoked(keyId);
      return true;
    }
    if (atMs < oldestMs) return false;
    if (type === 'identity.session.ended' && sessionId !== undefined)
      return learnt(this.#endedSessions, sessionId, atMs);
    if (!type.startsWith('identity.member.') || userId === undefined) return false;
    const key = membershipKey(workspaceId, userId);
    const next = { role: type === 'identity.member.removed' ? null : role, atMs };
    const known = this.#memberships.get(key);
    if (known !== undefined && (known.atMs > atMs || (known.atMs === atMs && known.role === next.role)))
      return false;
    this.#memberships.set(key, next);
    return true;
  }

  forget(olderThanMs: number): void {
    for (const known of [this.#endedSessions, this.#revokedKeys])
      for (const [id, atMs] of known) if (atMs < olderThanMs) known.delete(id);
    for (const [key, { atMs }] of this.#memberships) if (atMs < olderThanMs) this.#memberships.delete(key);
  }

  isRevoked(principal: Principal, issuedAtMs: number): boolean {
    if (principal.kind === 'apiKey') return this.#revokedKeys.has(principal.id);
    if (principal.kind !== 'user') return false;
    if (principal.sessionId !== undefined && this.#endedSessions.has(principal.sessionId)) return true;
    const membership = this.#memberships.get(membershipKey(principal.workspaceId, principal.id));
    return (
      membership !== undefined &&
      membership.role !== principal.role &&
      issuedAtMs <= membership.atMs + clockSkewMs
    );
  }
}

function learnt(known: Map<string, number>, id: string, atMs: number): boolean {
  if (known.has(id)) return false;
  known.set(id, atMs);
  return true;
}

function membershipKey(workspaceId: string, userId: string): string {
  return `${workspaceId} ${userId}`;
}

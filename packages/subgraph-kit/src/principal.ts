import type { Role } from './roles.ts';

/** Who is asking, in which workspace, with which rights. Made by the gateway, carried by the assertion, never by a client header. */
export interface Principal {
  readonly kind: 'anonymous' | 'user' | 'apiKey' | 'service';
  /** User id, API key id, or service name; `anonymous` for nobody. */
  readonly id: string;
  /** The workspace addressed. Every row read or written belongs to it. */
  readonly workspaceId: string;
  /** The role held in that workspace; null for anonymous principals, services and users who are no members. */
  readonly role: Role | null;
  /** What an API key is limited to (`data:read`); null for principals without such a limit. */
  readonly scopes: readonly string[] | null;
  /** The sign-in session of a user. */
  readonly sessionId?: string;
  /** When the access token ends that a user showed, milliseconds since the epoch: what is made of it must not outlive it. */
  readonly credentialEndsAtMs?: number;
  /** The run of a job that acts for this principal: what it enqueues is below that run, and its budget is its queue's, not the person's. */
  readonly runId?: string;
}

/** The workspace of principals who address none (the nil UUID, RFC 9562 §5.9): no row belongs to it. */
export const noWorkspaceId = '00000000-0000-0000-0000-000000000000';

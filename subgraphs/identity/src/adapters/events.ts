import type { LogEvent } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';
import type { Role } from '@tributary/subgraph-kit';

/** Who caused an event, and in which workspace it counts. */
export interface Cause {
  readonly workspaceId: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly clock: Clock;
}

export type EndReason = 'SIGNED_OUT' | 'SIGNED_OUT_EVERYWHERE' | 'PASSWORD_CHANGED' | 'TOKEN_REUSED';

interface Draft {
  readonly topic: string;
  readonly verb: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function outgoing(cause: Cause, { topic, verb, subject, data }: Draft): OutgoingEvent {
  const event: LogEvent = createEvent({
    ...cause,
    type: `${topic}.${verb}`,
    source: '/subgraphs/identity',
    subject,
    data,
  });
  return { topic, event };
}

export function sessionStarted(cause: Cause, session: { id: string; userId: string }): OutgoingEvent {
  const data = { sessionId: session.id, userId: session.userId, reason: null };
  return outgoing(cause, {
    topic: 'identity.session',
    verb: 'started',
    subject: `Session/${session.id}`,
    data,
  });
}

export function sessionEnded(
  cause: Cause,
  session: { id: string; userId: string },
  reason: EndReason,
): OutgoingEvent {
  const data = { sessionId: session.id, userId: session.userId, reason };
  return outgoing(cause, {
    topic: 'identity.session',
    verb: 'ended',
    subject: `Session/${session.id}`,
    data,
  });
}

/** Wrong passwords for an account that is a member of the workspace. Who tried is unknown: a stranger, or the member. */
export function signInRefused(cause: Cause, userId: string, failures: number): OutgoingEvent {
  const data = { userId, failures };
  return outgoing(cause, { topic: 'identity.session', verb: 'refused', subject: `User/${userId}`, data });
}

export interface MemberChange {
  readonly userId: string;
  readonly role: Role | null;
  readonly previousRole: Role | null;
}

export function memberEvent(cause: Cause, change: MemberChange): OutgoingEvent {
  const verb = change.previousRole === null ? 'added' : change.role === null ? 'removed' : 'role_changed';
  const { userId, role, previousRole } = change;
  const data = { userId, role, previousRole };
  return outgoing(cause, { topic: 'identity.member', verb, subject: `Member/${userId}`, data });
}

/** Somebody was asked to become a member. Neither the address nor the account is in the event: the log keeps ids that are the workspace's. */
export function invitationMade(cause: Cause, invitation: { id: string; role: Role }): OutgoingEvent {
  return invitationEvent(cause, 'invited', { ...invitation, outcome: null });
}

export function invitationEnded(
  cause: Cause,
  invitation: {
    readonly id: string;
    readonly role: Role;
    readonly outcome: 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN';
  },
): OutgoingEvent {
  return invitationEvent(cause, 'invitation_ended', invitation);
}

function invitationEvent(
  cause: Cause,
  verb: string,
  { id, role, outcome }: { readonly id: string; readonly role: Role; readonly outcome: string | null },
): OutgoingEvent {
  const data = { invitationId: id, role, outcome };
  return outgoing(cause, { topic: 'identity.member', verb, subject: `Invitation/${id}`, data });
}

export interface KeyFacts {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly string[];
}

export function apiKeyEvent(cause: Cause, verb: 'created' | 'revoked', key: KeyFacts): OutgoingEvent {
  const data = { keyId: key.id, name: key.name, role: key.role, scopes: key.scopes };
  return outgoing(cause, { topic: 'identity.api_key', verb, subject: `ApiKey/${key.id}`, data });
}

export type RotationReason = 'AGE' | 'BY_HAND';

/** A key that took over, and the one that signs no more from then on; none when there was no active one. */
export function signingKeyEvents(
  cause: Cause,
  { keyId, previousKeyId, reason }: KeyTurn & { readonly reason: RotationReason },
): readonly OutgoingEvent[] {
  const topic = 'identity.signing_key';
  const rotated = { keyId, previousKeyId, reason };
  return [
    outgoing(cause, { topic, verb: 'rotated', subject: `SigningKey/${keyId}`, data: rotated }),
    ...(previousKeyId === null ? [] : [signingKeyRetired(cause, previousKeyId, reason)]),
  ];
}

/** A key that signs no more: another took over, or nobody can open it any more. */
export function signingKeyRetired(
  cause: Cause,
  keyId: string,
  reason: RotationReason | 'SEALING_KEY_LOST',
): OutgoingEvent {
  const data = { keyId, reason };
  return outgoing(cause, {
    topic: 'identity.signing_key',
    verb: 'retired',
    subject: `SigningKey/${keyId}`,
    data,
  });
}

export interface KeyTurn {
  readonly keyId: string;
  readonly previousKeyId: string | null;
}

export function userEvent(cause: Cause, verb: 'created' | 'password_changed', userId: string): OutgoingEvent {
  return outgoing(cause, { topic: 'identity.user', verb, subject: `User/${userId}`, data: { userId } });
}

export function workspaceCreated(cause: Cause, workspace: { id: string; slug: string }): OutgoingEvent {
  const data = { workspaceId: workspace.id, slug: workspace.slug };
  return outgoing(cause, {
    topic: 'identity.workspace',
    verb: 'created',
    subject: `Workspace/${workspace.id}`,
    data,
  });
}

import type { AuditLogQuery, EventsSubscription } from '../generated/operations.ts';

export type AuditEntry = AuditLogQuery['auditLog']['nodes'][number];
export type LogEvent = NonNullable<EventsSubscription['events']>;
type Actor = AuditEntry['actor'] | LogEvent['actor'];

/** What came about, whether it was read from the audit log or just now from the event log. */
export interface Happening {
  readonly id: string;
  readonly time: string;
  /** `data.record.updated` */
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly actorKind: Actor['kind'];
  readonly details: unknown;
  /** It came in while the page was open. */
  readonly isNew: boolean;
}

export function ofAudit(entry: AuditEntry): Happening {
  const { id, time, action, subject, actor, details } = entry;
  return {
    id,
    time,
    type: action,
    subject,
    actor: nameOf(actor),
    actorKind: actor.kind,
    details,
    isNew: false,
  };
}

export function ofEvent(event: LogEvent): Happening {
  const { id, time, type, subject, actor, details } = event;
  return { id, time, type, subject, actor: nameOf(actor), actorKind: actor.kind, details, isNew: true };
}

function nameOf(actor: Actor): string {
  return actor.user?.name ?? actor.id;
}

/** `Airport/0192…`: the kind, and the id shortened where it is a UUID. */
export function splitSubject(subject: string): { readonly kind: string; readonly id: string } {
  const at = subject.indexOf('/');
  return at < 0 ? { kind: subject, id: '' } : { kind: subject.slice(0, at), id: subject.slice(at + 1) };
}

/** The `count` newest of what came, newest first, in one sentence; nothing where there is none. */
export function newsOf([latest]: readonly Happening[], count: number): string {
  if (latest === undefined || count < 1) return '';
  const { kind } = splitSubject(latest.subject);
  const what = `${latest.type} of ${kind}`;
  return count === 1 ? `One new event: ${what}.` : `${count} new events, the last ${what}.`;
}

export function topicOf(type: string): string {
  return type.slice(0, type.lastIndexOf('.'));
}

export function toneOf(type: string): 'good' | 'info' | 'danger' | 'warning' | 'neutral' {
  const verb = type.slice(type.lastIndexOf('.') + 1);
  if (['created', 'added', 'started', 'completed', 'succeeded'].includes(verb)) return 'good';
  if (['deleted', 'removed', 'revoked', 'failed'].includes(verb)) return 'danger';
  if (['recorded', 'ended', 'cancelled'].includes(verb)) return 'warning';
  return verb === 'updated' || verb === 'role_changed' ? 'info' : 'neutral';
}

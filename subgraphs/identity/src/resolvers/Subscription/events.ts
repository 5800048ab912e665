import type { Context } from '../../context.ts';
import { auditDetails, auditText } from '../../domain/audit-details.ts';
import { isAskedFor } from '../../domain/event-filter.ts';
import type { ResolverFn, ResolversTypes, SubscriptionEventsArgs } from '../../generated/schema.ts';

/** Not one of graphql-js's event streams: the gateway holds the stream, and executes the field for each event. */
type Resolve = ResolverFn<ResolversTypes['LogEvent'] | null, unknown, Context, SubscriptionEventsArgs>;

/** Executed once for each event of the topic, and once before the first. It tells of an event what the audit log keeps of it. */
export const events: Resolve = (_parent, { topic, types, subject }, { principal, stream }) => {
  if (stream === undefined) return null;
  const { event, cursor } = stream;
  if (event.workspaceid !== principal.workspaceId || !isAskedFor(event, { types, subject })) return null;
  return {
    cursor,
    id: auditText(event.id),
    topic,
    type: auditText(event.type),
    time: new Date(event.time).toISOString(),
    subject: auditText(event.subject),
    actor: { actorKind: event.actorkind, actorId: auditText(event.actorid) },
    details: auditDetails(topic, event.data),
  };
};

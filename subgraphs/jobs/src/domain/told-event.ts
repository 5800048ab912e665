import type { TriggerTopic } from './trigger-topics.ts';

/** The envelope of an event as the log holds it. */
export interface EventEnvelope {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly actorkind: string;
  readonly actorid: string;
  readonly data: unknown;
}

/** An event as conditions and inputs of triggers see it. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
}

export function toldEvent({ shown }: TriggerTopic, event: EventEnvelope): ToldEvent {
  const { id, type, time, subject, actorkind: kind, actorid, data } = event;
  const fields = Object.entries(typeof data === 'object' && data !== null ? data : {});
  const visible = Object.fromEntries(fields.filter(([name]) => shown.includes(name)));
  return { id, type, time, subject, actor: { kind, id: actorid }, data: visible };
}

/** What stands at a path (`data.after.name`); undefined where there is nothing. Only what the event itself says, never what objects inherit. */
export function valueAt(event: ToldEvent, path: string): unknown {
  let value: unknown = event;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

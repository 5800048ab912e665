import { Counter, Gauge, Histogram, isErrorCode, type Registry } from '@tributary/runtime';

/** What `/metrics` says of sockets, streams and subscriptions. */
export interface RealTimeFigures {
  readonly sockets: Gauge;
  readonly streams: Gauge;
  readonly subscriptions: Gauge;
  readonly groups: Gauge;
  readonly waitingBytes: Gauge;
  readonly heldBytes: Gauge;
  readonly heldLimitBytes: Gauge;
  readonly unreadBytes: Gauge;
  readonly executions: Counter;
  readonly deliveries: Counter;
  readonly lagSeconds: Histogram;
  readonly closes: Counter<'code'>;
  /** Operations, and requests for streams. */
  readonly refusals: Counter<'door' | 'code'>;
  /** By the code that a socket would have been closed with. */
  readonly streamCloses: Counter<'code'>;
}

/** The code of what is refused, as far as it is one of the table: labels are no texts of others. */
export function countedCode(code: unknown): string {
  return isErrorCode(code) ? code : 'OTHER';
}

export function createRealTimeFigures(registry: Registry): RealTimeFigures {
  const registers = [registry];
  return {
    sockets: new Gauge({ name: 'tributary_sockets', help: 'Open WebSockets.', registers }),
    streams: new Gauge({ name: 'tributary_event_streams', help: 'Open streams of events.', registers }),
    subscriptions: new Gauge({ name: 'tributary_subscriptions', help: 'Subscriptions in force.', registers }),
    groups: new Gauge({
      name: 'tributary_subscription_groups',
      help: 'Groups of equal subscriptions, and such as catch up.',
      registers,
    }),
    waitingBytes: new Gauge({
      name: 'tributary_subscription_waiting_bytes',
      help: 'Live events that wait to be executed, by group, as JSON.',
      registers,
    }),
    heldBytes: new Gauge({
      name: 'tributary_subscription_held_bytes',
      help: 'What subscriptions in force hold, reckoned: operations, once for equal ones, and variables.',
      registers,
    }),
    heldLimitBytes: new Gauge({
      name: 'tributary_subscription_held_limit_bytes',
      help: 'What subscriptions in force may hold; further ones are refused with OVERLOADED.',
      registers,
    }),
    unreadBytes: new Gauge({
      name: 'tributary_subscription_unread_bytes',
      help: 'Payloads that wait for clients of sockets and streams beyond what each may have by itself.',
      registers,
    }),
    executions: new Counter({
      name: 'tributary_subscription_executions_total',
      help: 'Executions of a group for an event.',
      registers,
    }),
    deliveries: new Counter({
      name: 'tributary_subscription_deliveries_total',
      help: 'Payloads handed to sockets and streams.',
      registers,
    }),
    lagSeconds: new Histogram({
      name: 'tributary_subscription_lag_seconds',
      help: 'From the log taking an event, or a subgraph’s event coming, to its payload being handed to sockets and streams.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 60],
      registers,
    }),
    refusals: new Counter({
      name: 'tributary_stream_refusals_total',
      help: 'Operations on sockets and streams that were refused, or ended with an error, by its code; OTHER for those that subgraphs have of their own.',
      labelNames: ['door', 'code'],
      registers,
    }),
    closes: new Counter({
      name: 'tributary_socket_closes_total',
      help: 'Sockets closed by the gateway, or refused with an HTTP status.',
      labelNames: ['code'],
      registers,
    }),
    streamCloses: new Counter({
      name: 'tributary_event_stream_closes_total',
      help: 'Streams of events ended by the gateway before their operation, by the code of sockets.',
      labelNames: ['code'],
      registers,
    }),
  };
}

import { Counter, Gauge, Histogram, type Registry } from '@tributary/runtime';

/** What `/metrics` says of sockets and subscriptions. */
export interface RealTimeFigures {
  readonly sockets: Gauge;
  readonly subscriptions: Gauge;
  readonly groups: Gauge;
  readonly waitingBytes: Gauge;
  readonly executions: Counter;
  readonly deliveries: Counter;
  readonly lagMs: Histogram;
  readonly closes: Counter<'code'>;
}

export function createRealTimeFigures(registry: Registry): RealTimeFigures {
  const registers = [registry];
  return {
    sockets: new Gauge({ name: 'tributary_sockets', help: 'Open WebSockets.', registers }),
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
    executions: new Counter({
      name: 'tributary_subscription_executions_total',
      help: 'Executions of a group for an event.',
      registers,
    }),
    deliveries: new Counter({
      name: 'tributary_subscription_deliveries_total',
      help: 'Payloads handed to sockets.',
      registers,
    }),
    lagMs: new Histogram({
      name: 'tributary_subscription_lag_ms',
      help: 'From the log taking an event to its payload being handed to sockets, milliseconds.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 60_000],
      registers,
    }),
    closes: new Counter({
      name: 'tributary_socket_closes_total',
      help: 'Sockets closed by the gateway.',
      labelNames: ['code'],
      registers,
    }),
  };
}

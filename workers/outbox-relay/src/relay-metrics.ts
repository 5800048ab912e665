import { Counter, Gauge, Histogram, type Registry } from '@tributary/runtime';

export interface RelayMetrics {
  readonly leading: Gauge;
  readonly relayed: Counter<'topic'>;
  readonly failures: Counter<'topic'>;
  readonly lagMs: Histogram;
}

export function createRelayMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  return {
    leading: new Gauge({
      name: 'outbox_relay_leading',
      help: '1 while this process is the relay that works',
      registers,
    }),
    relayed: new Counter({
      name: 'outbox_relayed_total',
      help: 'Events the log has taken',
      labelNames: ['topic'],
      registers,
    }),
    failures: new Counter({
      name: 'outbox_append_failures_total',
      help: 'Appends the log did not take',
      labelNames: ['topic'],
      registers,
    }),
    lagMs: new Histogram({
      name: 'outbox_relay_lag_ms',
      help: 'Milliseconds from the making of an event to its place in the log',
      buckets: [2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 30_000, 300_000],
      registers,
    }),
  };
}

import { Counter, Gauge, Histogram, type Registry } from '@tributary/runtime';

export interface RelayMetrics {
  readonly leading: Gauge;
  readonly relayed: Counter<'topic'>;
  readonly failures: Counter<'topic'>;
  readonly givenUp: Counter<'topic'>;
  readonly lagSeconds: Histogram;
  readonly waiting: Gauge<'store'>;
  readonly oldestSeconds: Gauge<'store'>;
  readonly full: Gauge<'store'>;
  readonly longWriterSeconds: Gauge<'store'>;
}

export function createRelayMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  return {
    leading: new Gauge({
      name: 'tributary_outbox_relay_leading',
      help: '1 while this process is the relay that works',
      registers,
    }),
    relayed: new Counter({
      name: 'tributary_outbox_relayed_total',
      help: 'Events the log has taken',
      labelNames: ['topic'],
      registers,
    }),
    failures: new Counter({
      name: 'tributary_outbox_append_failures_total',
      help: 'Appends the log did not take',
      labelNames: ['topic'],
      registers,
    }),
    givenUp: new Counter({
      name: 'tributary_outbox_given_up_total',
      help: 'Events that are larger than the log takes, and are dead letters',
      labelNames: ['topic'],
      registers,
    }),
    lagSeconds: new Histogram({
      name: 'tributary_outbox_relay_lag_seconds',
      help: 'From the making of an event to its place in the log',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 300],
      registers,
    }),
    waiting: new Gauge({
      name: 'tributary_outbox_waiting',
      help: 'Events that wait for the log, counted by the relay that leads; in the document store documents whose events wait',
      labelNames: ['store'],
      registers,
    }),
    oldestSeconds: new Gauge({
      name: 'tributary_outbox_oldest_seconds',
      help: 'Age of the event that has waited for the log the longest; 0 when none waits',
      labelNames: ['store'],
      registers,
    }),
    full: new Gauge({
      name: 'tributary_outbox_full',
      help: '1 while so many events wait that changes are refused with BACKLOG_FULL',
      labelNames: ['store'],
      registers,
    }),
    longWriterSeconds: new Gauge({
      name: 'tributary_outbox_long_writer_seconds',
      help: 'Age of the oldest transaction that keeps the relay from passing over what it took, by writing for long; 0 when none does',
      labelNames: ['store'],
      registers,
    }),
  };
}

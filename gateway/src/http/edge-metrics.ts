import { Counter, Gauge, Histogram, type Registry } from '@tributary/runtime';

const seconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The gateway's figures. Labels are few and fixed: nothing a caller sends becomes one. */
export interface EdgeMetrics {
  readonly requestSeconds: Histogram<'door' | 'type' | 'status'>;
  readonly fetchSeconds: Histogram<'subgraph' | 'outcome'>;
  readonly breakerState: Gauge<'subgraph'>;
  readonly refused: Counter<'code'>;
  readonly refusalsLost: Counter;
}

export function createEdgeMetrics(registry: Registry): EdgeMetrics {
  const registers = [registry];
  return {
    requestSeconds: new Histogram({
      name: 'tributary_gateway_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames: ['door', 'type', 'status'],
      buckets: seconds,
      registers,
    }),
    fetchSeconds: new Histogram({
      name: 'tributary_gateway_fetch_duration_seconds',
      help: 'Time a subgraph took for one fetch of a query plan.',
      labelNames: ['subgraph', 'outcome'],
      buckets: seconds,
      registers,
    }),
    breakerState: new Gauge({
      name: 'tributary_gateway_breaker_state',
      help: 'Circuit of a subgraph: 0 closed, 1 half-open, 2 open.',
      labelNames: ['subgraph'],
      registers,
    }),
    refusalsLost: new Counter({
      name: 'tributary_gateway_refusals_lost_total',
      help: 'Refusals that the audit log will not show: more at once than are kept until identity answers.',
      registers,
    }),
    refused: new Counter({
      name: 'tributary_gateway_refused_total',
      help: 'Requests refused before they reached a subgraph, by code.',
      labelNames: ['code'],
      registers,
    }),
  };
}

/** What the gauge of a circuit says. */
export const circuitFigures = { closed: 0, 'half-open': 1, open: 2 } as const;

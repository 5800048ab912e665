import { type CodedError, Counter, type Logger, type Registry, tellTrouble } from '@tributary/runtime';

/** Why there is no source of events, or none any more: it cannot be had, will not have the subscription, was cut, sends more than is answered, or the graph has changed. */
export type SourceEnd = 'away' | 'refused' | 'cut' | 'crowded' | 'changed';

/** Tells whoever runs the gateway of sources that could not be opened, and of those that ended before their time. */
export class SourceEnds {
  readonly #count: Counter<'subgraph' | 'reason'>;
  readonly #log: Logger;
  readonly #tellers = new Map<string, (err: unknown) => void>();

  constructor(metrics: Registry, log: Logger) {
    this.#log = log;
    this.#count = new Counter({
      name: 'tributary_subscription_source_ends_total',
      help: 'Sources of events that could not be opened, or ended before their subscriptions.',
      labelNames: ['subgraph', 'reason'],
      registers: [metrics],
    });
  }

  count(subgraph: string, reason: SourceEnd): void {
    this.#count.inc({ subgraph, reason });
  }

  /** Counts it as well. Its cause is what whoever subscribed is not told. */
  trouble(subgraph: string, reason: SourceEnd, err: CodedError): void {
    this.count(subgraph, reason);
    const known = this.#tellers.get(subgraph);
    const tell =
      known ??
      tellTrouble({
        log: this.#log,
        message: 'the events of a subgraph cannot be had, or were cut',
        over: 'the events of a subgraph were not cut any more',
        fields: { subgraph },
      });
    if (known === undefined) this.#tellers.set(subgraph, tell);
    tell(err);
  }
}

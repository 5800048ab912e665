import { Counter, type Registry } from '@tributary/runtime';

export interface ConsumerFigures {
  readonly deadLetters: Counter<'group' | 'topic' | 'reason'>;
  readonly retried: Counter<'group' | 'topic'>;
  readonly passedOver: Counter<'group' | 'topic'>;
}

/** One set for all groups of a process. */
export function consumerFigures(registry: Registry): ConsumerFigures {
  return {
    deadLetters: counter(registry, {
      name: 'tributary_consumer_dead_letters_total',
      help: 'Events that a consumer group gave up',
      labelNames: ['group', 'topic', 'reason'],
    }),
    retried: counter(registry, {
      name: 'tributary_consumer_retries_total',
      help: 'Events whose handler failed and was tried again',
      labelNames: ['group', 'topic'],
    }),
    passedOver: counter(registry, {
      name: 'tributary_consumer_passed_over_total',
      help: 'Events of types that this version does not know',
      labelNames: ['group', 'topic'],
    }),
  };
}

function counter<Label extends string>(
  registry: Registry,
  options: { readonly name: string; readonly help: string; readonly labelNames: Label[] },
): Counter<Label> {
  const known = registry.getSingleMetric(options.name);
  if (known !== undefined) return known as unknown as Counter<Label>;
  return new Counter({ ...options, registers: [registry] });
}

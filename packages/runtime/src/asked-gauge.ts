import { Gauge, type Registry } from 'prom-client';

export interface AskedGauge<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Asked at each scrape, never twice at once. */
  readonly ask: () => Promise<
    readonly { readonly labels: Partial<Record<Label, string>>; readonly value: number }[]
  >;
}

const patienceMs = 1_000;

/** Adds a gauge whose values are asked for when they are read. An engine that is away costs its own values and none of the others. */
export function addAskedGauge<Label extends string>(registry: Registry, asked: AskedGauge<Label>): void {
  const { name, help, labelNames, ask } = asked;
  let asking: Promise<void> | undefined;
  const gauge: Gauge<Label> = new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: async () => {
      // Of an earlier moment is worse than none: nobody would see that it stands still.
      gauge.reset();
      asking ??= ask()
        .then((values) => {
          for (const { labels, value } of values) gauge.set(labels as Record<Label, string>, value);
        })
        .catch(() => undefined)
        .finally(() => {
          asking = undefined;
        });
      let timer: NodeJS.Timeout | undefined;
      const overdue = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([asking, overdue]).finally(() => clearTimeout(timer));
    },
  });
}

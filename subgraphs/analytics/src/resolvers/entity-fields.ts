import { isId } from '@tributary/runtime';
import type { Context } from '../context.ts';
import type { Metrics } from '../declarations/parse-metrics.ts';

interface SeriesArguments {
  readonly window: string;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Resolvers of the fields that metrics add to entities of other subgraphs: `Airport.delay`. */
export function entityFields(metrics: Metrics): Record<string, object> {
  const entities = new Map<string, Record<string, unknown>>();
  for (const metric of metrics.values()) {
    for (const { typeName, field, by } of metric.on) {
      const fields = entities.get(typeName) ?? { __resolveReference: reference };
      entities.set(typeName, fields);
      fields[field] = (
        { id }: { readonly id: string },
        { window, from, to }: SeriesArguments,
        { entitySeries }: Context,
      ) =>
        entitySeries.load({
          metric: metric.name,
          by,
          window,
          from: from ?? undefined,
          to: to ?? undefined,
          id,
        });
    }
  }
  return Object.fromEntries(entities);
}

/** Whether it exists is for the subgraph that owns it; nothing is measured of what does not. */
function reference({ id }: { readonly id?: unknown }): { readonly id: string } | null {
  return isId(id) ? { id } : null;
}

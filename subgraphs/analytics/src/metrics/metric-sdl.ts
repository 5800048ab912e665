import type { Metrics } from '../declarations/parse-metrics.ts';
import type { ModelType } from '../domain/metric.ts';

/** Windows that the hand-written contract names already. */
const writtenWindows = new Set(['HOUR', 'DAY']);

/** The part of the contract that follows from declarations: the names of windows, and the fields that metrics add to entities. */
export function metricTypeDefs(metrics: Metrics, models: ReadonlyMap<string, ModelType>): string {
  const all = [...metrics.values()];
  const windows = new Set(all.flatMap(({ pipeline }) => pipeline.windows.map(({ name }) => name)));
  const further = [...windows].filter((name) => !writtenWindows.has(name)).sort();
  const entities = new Set(all.flatMap(({ on }) => on.map(({ typeName }) => typeName)));
  return [
    ...(further.length > 0 ? [`extend enum MetricWindow { ${further.join(' ')} }`] : []),
    ...[...entities].sort().map((typeName) => entitySdl(typeName, metrics, models)),
  ].join('\n');
}

/** The same readers as in the data subgraph: an entity has one rule, wherever it is entered. */
function entitySdl(typeName: string, metrics: Metrics, models: ReadonlyMap<string, ModelType>): string {
  const fields = [...metrics.values()].flatMap((metric) =>
    metric.on
      .filter((on) => on.typeName === typeName)
      .map(
        ({
          field,
        }) => `${JSON.stringify(`${metric.description ?? metric.name} The last 24 windows with data, unless \`from\` and \`to\` say otherwise.`)}
  ${field}(window: MetricWindow!, from: DateTime, to: DateTime): MetricSeries ${allow(metric.read, 'analytics:read')}`,
      ),
  );
  return `type ${typeName} @key(fields: "id") ${allow(models.get(typeName)?.read ?? [], 'data:read')} {
  id: ID!
  ${fields.join('\n  ')}
}`;
}

function allow(to: readonly string[], scope: string): string {
  return `@allow(to: [${to.map((grant) => JSON.stringify(grant)).join(', ')}], scope: "${scope}")`;
}

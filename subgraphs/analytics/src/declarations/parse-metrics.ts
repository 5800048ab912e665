import { checkPipelines } from '@tributary/engines/stream-engine/pipeline-check';
import { CodedError } from '@tributary/runtime';
import { type ConstDirectiveNode, Kind } from 'graphql';
import type { ModelType, RowType } from '../domain/metric.ts';
import type { EventTypes } from '../domain/row-type.ts';
import { type DeclarationFile, Faults, isObjectType } from './faults.ts';
import { directiveArguments, parseModels } from './parse-models.ts';
import type { DeclaredPrediction } from './parse-predictions.ts';
import { type Metric, readMetric } from './read-metric.ts';

export type Metrics = ReadonlyMap<string, Metric>;

export interface MetricSources {
  readonly models: readonly DeclarationFile[];
  readonly tracking: readonly DeclarationFile[];
  /** Metrics in files of their own: `extend type Flight @metric(…)`. */
  readonly metrics: readonly DeclarationFile[];
}

/**
 * Every `@metric`, on a model, on a kind of event, or on an extension of either.
 * @throws CodedError MODEL_INVALID with every fault of every file, each with its place.
 */
export function parseMetrics(
  sources: MetricSources,
  eventTypes: EventTypes,
  predicted: readonly Pick<DeclaredPrediction, 'typeName' | 'field'>[] = [],
): { readonly metrics: Metrics; readonly models: ReadonlyMap<string, ModelType> } {
  const models = parseModels(sources.models);
  const rowTypes = new Map<string, RowType>([
    ...models,
    ...[...eventTypes.values()].map((type) => [type.typeName, type] as const),
  ]);
  const faults = new Faults();
  const own = ownFields(sources.models);
  const metrics = new Map<string, Metric>();
  const entityFields = new Set<string>();
  for (const { node, typeName } of metricDirectives(sources, faults)) {
    const over = rowTypes.get(typeName);
    if (over === undefined) {
      faults.add(node, typeName, 'is neither a model nor a tracked event');
      continue;
    }
    const metric = readMetric(directiveArguments(node), over, (problem) =>
      faults.add(node, typeName, problem),
    );
    if (metrics.has(metric.name)) faults.add(node, typeName, `there are two metrics ${metric.name}`);
    for (const { typeName: entity, field } of metric.on) {
      if (own.has(`${entity}.${field}`))
        faults.add(node, typeName, `${entity} has a field ${field} of its own`);
      if (predicted.some((other) => other.typeName === entity && other.field === field))
        faults.add(node, typeName, `${entity}.${field} is predicted`);
      if (entityFields.has(`${entity}.${field}`))
        faults.add(node, typeName, `${entity}.${field} shows two metrics`);
      entityFields.add(`${entity}.${field}`);
    }
    checkRunnable(metric, (problem) => faults.add(node, typeName, problem));
    metrics.set(metric.name, metric);
  }
  faults.throwIfAny();
  return { metrics, models };
}

/** `Type.field` of all that models declare; what is wrong with their files is told where they are read. */
function ownFields(models: readonly DeclarationFile[]): ReadonlySet<string> {
  const told = new Faults();
  return new Set(
    models
      .flatMap((file) => told.definitionsIn(file))
      .filter(isObjectType)
      .flatMap(({ name, fields = [] }) => fields.map((field) => `${name.value}.${field.name.value}`)),
  );
}

function metricDirectives(
  { models, tracking, metrics }: MetricSources,
  faults: Faults,
): readonly { readonly node: ConstDirectiveNode; readonly typeName: string }[] {
  return [...models, ...tracking, ...metrics].flatMap((file) =>
    faults.definitionsIn(file).flatMap((definition) => {
      const isType =
        definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
      if (!isType) {
        if (metrics.includes(file))
          faults.add(
            definition,
            definition.kind,
            'metric files hold extensions of types: extend type Flight @metric(…)',
          );
        return [];
      }
      return (definition.directives ?? [])
        .filter((directive) => directive.name.value === 'metric')
        .map((node) => ({ node, typeName: definition.name.value }));
    }),
  );
}

/** The engine's own bounds, told at the declaration. */
function checkRunnable({ pipeline }: Metric, fault: (problem: string) => void): void {
  try {
    checkPipelines([pipeline]);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    for (const problem of error.details['faults'] as readonly string[]) fault(problem);
  }
}

import type { EventType, RowField } from './row-type.ts';

/** A model of the data subgraph, as far as it can be measured. */
export interface ModelType {
  readonly kind: 'MODEL';
  readonly typeName: string;
  readonly description: string | undefined;
  /** Where its changes are told: `data.record` or `data.document`. */
  readonly topic: string;
  readonly fields: readonly RowField[];
  /** The grants of `@access(read)`. */
  readonly read: readonly string[];
}

/** What a metric is measured over. */
export type RowType = ModelType | EventType;

/** A field of an entity that shows a metric's series for it: `Airport.delay`. */
export interface EntityField {
  readonly typeName: string;
  readonly field: string;
  /** The dimension whose values are ids of the entity. */
  readonly by: string;
}

/** One metric as its readers see it; its pipeline says how it is computed. */
export interface MetricFacts {
  readonly name: string;
  readonly description: string | undefined;
  readonly over: RowType;
  readonly dimensions: readonly string[];
  readonly groupings: readonly (readonly string[])[];
  /** The grants of those who may read it. */
  readonly read: readonly string[];
  readonly on: readonly EntityField[];
}

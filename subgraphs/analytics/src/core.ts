import type { Relational } from '@tributary/engines/relational';
import type { Clock } from '@tributary/runtime';
import type { DeclarationFile } from './declarations/faults.ts';
import { parseTracking } from './declarations/parse-tracking.ts';
import type { EventTypes } from './domain/row-type.ts';

export interface AnalyticsSources {
  /** The kinds of events applications may track (schema/tracking). */
  readonly tracking: readonly DeclarationFile[];
}

export interface CoreDeps {
  /** With the platform tables migrated and the outbox made. */
  readonly relational: Relational;
  readonly clock: Clock;
  readonly sources: AnalyticsSources;
}

/** What all calls share: engines and compiled declarations. */
export interface AnalyticsCore {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly eventTypes: EventTypes;
}

/** @throws CodedError MODEL_INVALID naming every fault of the declarations. */
export function createCore({ relational, clock, sources }: CoreDeps): AnalyticsCore {
  return { relational, clock, eventTypes: parseTracking(sources.tracking) };
}

import { Counter, type Logger, type Registry } from '@tributary/runtime';
import { createEdgeMetrics } from '../http/edge-metrics.ts';
import { byLot } from '../insight/operation-trace.ts';
import { RequestInsight } from '../insight/request-insight.ts';
import type { StandaloneSettings } from './settings-file.ts';

/** What is wanted to be known of requests. */
export interface InsightWishes {
  readonly settings: StandaloneSettings;
  readonly metrics?: Registry | undefined;
  readonly isTraced?: boolean;
  readonly log: Logger;
}

/** Does anybody want to know of requests? Else nothing of them is measured. */
export function isObserved({ metrics, isTraced, settings }: InsightWishes): boolean {
  return metrics !== undefined || isTraced === true || settings.slowMs !== undefined;
}

export function insightOf({ settings, isTraced, log }: InsightWishes, metrics: Registry): RequestInsight {
  return new RequestInsight({
    figures: createEdgeMetrics(metrics),
    slowMs: settings.slowMs,
    openTrace: isTraced === true ? byLot(settings.tracing.sampleRatio, Math.random) : undefined,
    log,
  });
}

/** Counts the operations that were read and planned. */
export function plannedCounter(metrics: Registry): Counter {
  return new Counter({
    name: 'tributary_gateway_planned_total',
    help: 'Operations that were read and planned; requests beyond them found theirs ready.',
    registers: [metrics],
  });
}

import type { Logger, Registry } from '@tributary/runtime';
import type { StandaloneSettings } from '../settings-file.ts';
import { RequestInsight, type SeenText } from './request-insight.ts';

/** What is wanted to be known of requests. */
export interface InsightWishes {
  readonly settings: StandaloneSettings;
  readonly metrics?: Registry | undefined;
  readonly isTraced?: boolean;
  readonly log: Logger;
}

export type PlanSummary = (operation: SeenText) => string;

/** Does anybody want to know of requests? Else nothing of them is measured. */
export function isObserved({ metrics, isTraced, settings }: InsightWishes): boolean {
  return metrics !== undefined || isTraced === true || settings.slowMs !== undefined;
}

export function insightOf(
  { settings, isTraced, log }: InsightWishes,
  metrics: Registry,
  planOf: PlanSummary,
): RequestInsight {
  return new RequestInsight({
    metrics,
    slowMs: settings.slowMs,
    sampleRatio: isTraced === true ? settings.tracing.sampleRatio : undefined,
    log,
    planOf,
    random: Math.random,
  });
}

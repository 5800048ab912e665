import { wholeNumber } from '@tributary/runtime';
import { z } from 'zod';
import type { BulkheadLimits } from './bulkhead.ts';

/** What is `undefined` is off. */
export interface TrafficSettings {
  /** So long a fetch of a subgraph may take; its fields are null with a code to try again then. */
  readonly subgraphTimeoutMs: number;
  /** Fetches of one subgraph under way, and those that wait; the fields of the next are null with OVERLOADED. */
  readonly bulkhead: BulkheadLimits;
  /** Operations that take as long are logged, with their plan. */
  readonly slowMs: number | undefined;
  /** Operations are refused while the event loop turns so much too late. */
  readonly sheddingDelayMs: number | undefined;
  /** Answers from this size on are compressed for those who accept it. */
  readonly compressionMinBytes: number | undefined;
}

export const defaultTraffic: TrafficSettings = Object.freeze({
  subgraphTimeoutMs: 5_000,
  bulkhead: Object.freeze({ inFlight: 500, queue: 10_000 }),
  slowMs: undefined,
  sheddingDelayMs: undefined,
  compressionMinBytes: undefined,
});

/** The variables that say how traffic is held, alike for a gateway of its own and for one among everything else. */
export const trafficVariables = z.object({
  SLOW_MS: wholeNumber({ from: 1, to: 600_000 }).optional(),
  SHEDDING_DELAY_MS: wholeNumber({ from: 1, to: 600_000 }).optional(),
  COMPRESSION_MIN_BYTES: wholeNumber({ from: 0, to: 100_000_000 }).optional(),
  SUBGRAPH_TIMEOUT_MS: wholeNumber({ from: 50, to: 600_000 }).default(defaultTraffic.subgraphTimeoutMs),
  SUBGRAPH_IN_FLIGHT: wholeNumber({ from: 1, to: 100_000 }).default(defaultTraffic.bulkhead.inFlight),
  SUBGRAPH_QUEUE: wholeNumber({ from: 0, to: 100_000 }).default(defaultTraffic.bulkhead.queue),
});

export function trafficSettings(env: z.infer<typeof trafficVariables>): TrafficSettings {
  return Object.freeze({
    subgraphTimeoutMs: env.SUBGRAPH_TIMEOUT_MS,
    bulkhead: Object.freeze({ inFlight: env.SUBGRAPH_IN_FLIGHT, queue: env.SUBGRAPH_QUEUE }),
    slowMs: env.SLOW_MS,
    sheddingDelayMs: env.SHEDDING_DELAY_MS,
    compressionMinBytes: env.COMPRESSION_MIN_BYTES,
  });
}

/** The same as variables again, for a gateway that is started as a process of its own. */
export function trafficEnvironment({ bulkhead, ...limits }: TrafficSettings): Record<string, string> {
  const all = {
    SLOW_MS: limits.slowMs,
    SHEDDING_DELAY_MS: limits.sheddingDelayMs,
    COMPRESSION_MIN_BYTES: limits.compressionMinBytes,
    SUBGRAPH_TIMEOUT_MS: limits.subgraphTimeoutMs,
    SUBGRAPH_IN_FLIGHT: bulkhead.inFlight,
    SUBGRAPH_QUEUE: bulkhead.queue,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

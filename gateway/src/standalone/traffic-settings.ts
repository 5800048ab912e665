import { z } from 'zod';
import { headerName } from './header-names.ts';

const ms = z.int().min(1).max(600_000);

/** How one subgraph is asked. What is absent costs nothing. */
export const subgraphTraffic = {
  /** Equal requests of one moment are sent once; as `dedupe` of all says, when absent. */
  dedupe: z.boolean().optional(),
  /** What of the gateway it can hold. */
  bulkhead: z
    .strictObject({
      /** Fetches under way at most. */
      inFlight: z.int().min(1).max(100_000).default(100),
      /** Those that wait beyond; the next is refused. */
      queue: z.int().min(0).max(100_000).default(1_000),
    })
    .optional(),
  /** Queries that are not answered within the usual time are asked a second time. */
  hedge: z
    .strictObject({
      afterMs: z.union([ms, z.literal('p95')]).default('p95'),
      /** Second ones for a hundred first ones, at most. */
      budgetPercent: z.number().min(0.1).max(100).default(5),
    })
    .optional(),
  /** HTTP/2: by ALPN for https, with prior knowledge for http. */
  h2: z.boolean().optional(),
};

export const trafficSettings = {
  /** Milliseconds an operation may take in all, and the field that tells subgraphs what is left of them. */
  deadline: z.strictObject({ ms, header: headerName.default('x-deadline-ms') }).optional(),
  /** Operations are refused while the event loop turns so much too late. */
  shedding: z.strictObject({ delayMs: ms.default(200) }).optional(),
  /** Answers are compressed for those who accept it, from this size on. */
  compression: z.strictObject({ minBytes: z.int().min(0).max(100_000_000).default(1_024) }).optional(),
};

export const insightSettings = {
  /** Operations that take as long are logged with their plan. */
  slowMs: ms.optional(),
  tracing: z
    .strictObject({
      /** Of operations that their client does not trace. */
      sampleRatio: z.number().min(0).max(1).default(0.05),
    })
    .prefault({}),
};

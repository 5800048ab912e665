import { z } from 'zod';
import type { CarriedError } from './failure.ts';
import { portMethods, type RunFacts } from './run-port.ts';

/** From the runner to the process of a run. */
export type ToChild =
  | { readonly kind: 'run'; readonly module: string; readonly job: string; readonly run: RunFacts }
  | { readonly kind: 'answer'; readonly ask: number; readonly value?: unknown; readonly error?: CarriedError }
  | { readonly kind: 'abort' };

/** From the process of a run. It runs the job's code, and so what it sends is checked. */
export const fromChild = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('ask'),
    ask: z.number().int(),
    method: z.enum(portMethods as [string, ...string[]]),
    argument: z.unknown(),
  }),
  z.object({ kind: z.literal('done'), output: z.unknown() }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    waits: z.boolean(),
    stack: z.string().optional(),
  }),
]);

export type FromChild = z.infer<typeof fromChild>;

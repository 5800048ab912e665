import type { Context } from '../context.ts';
import type { RunRecord } from '../mappers.ts';

/** A payload before its fields are resolved: a run stands for itself. */
type Payload<Result> = { [Name in keyof Result]: Name extends 'run' ? RunRecord : Result[Name] };

/**
 * A subscription's field as the gateway executes it: an ordinary resolver, once for each event (`context.stream`) and once without one
 * when the subscription opens.
 */
export type SubscriptionField<Arguments, Result> = (
  root: unknown,
  args: Arguments,
  context: Context,
) => Promise<Payload<Result> | null>;

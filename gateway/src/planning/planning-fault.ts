import type { ErrorCode } from '@tributary/runtime';
import { CodedError } from '@tributary/runtime/errors';
import { GraphQLError } from 'graphql';
import type { PlanningFault } from './planning-messages.ts';

/** Why there is no plan, as the planning process tells it. */
export function faultOf(error: unknown): PlanningFault {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CodedError) {
    const { code, details, cause } = error;
    return {
      message,
      code,
      details: { ...details },
      ...(cause instanceof Error && { cause: cause.message }),
    };
  }
  if (error instanceof GraphQLError) return { message, extensions: { ...error.extensions } };
  return { message, isOverflow: error instanceof RangeError };
}

/** As it was before it was told. */
export function errorOf({
  message,
  code,
  details = {},
  cause,
  extensions,
  isOverflow,
}: PlanningFault): Error {
  if (isOverflow === true) return new RangeError(message);
  if (code !== undefined)
    return new CodedError(code as ErrorCode, message, {
      details,
      ...(cause !== undefined && { cause: new Error(cause) }),
    });
  return extensions === undefined ? new Error(message) : new GraphQLError(message, { extensions });
}

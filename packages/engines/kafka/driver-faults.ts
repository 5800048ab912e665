/** A fault of the driver: a name, and the protocol's own word where a broker answered. */
export interface DriverFault extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  /** The one of several that it is about. */
  readonly topic?: string;
}

/** The error behind the driver's accounts of how often it tried. */
export function rootOf(error: unknown): DriverFault | undefined {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return undefined;
  return rootOf(error.cause) ?? error;
}

/** Those of an answer about several things; otherwise the error itself. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof AggregateError || hasErrors(error) ? error.errors : [error];
}

function hasErrors(error: unknown): error is { readonly errors: readonly unknown[] } {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

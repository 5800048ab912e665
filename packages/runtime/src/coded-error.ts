import { type ErrorCode, errorCodes } from './errors.ts';

export interface CodedErrorOptions {
  readonly cause?: unknown;
  /** Facts that help the caller (argument name, limit, seconds to wait). Never values from another tenant, never internals. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error whose message may be shown to the caller as it stands. Everything else is masked at the edge. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

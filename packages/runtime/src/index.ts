export { type Clock, ManualClock, systemClock } from './clock.ts';
export { parseConfig } from './config.ts';
export { CodedError, type CodedErrorOptions, type ErrorCode, errorCodes, isErrorCode } from './errors.ts';
export { isId, newId } from './ids.ts';
export { Closing, type RunOptions, runUntilSignal } from './lifecycle.ts';
export { createLogger, type LogFields, type Logger, type LogOptions } from './log.ts';
export { Counter, createMetrics, Gauge, Histogram, Registry } from './metrics.ts';
export {
  currentTraceparent,
  inSpan,
  startTelemetry,
  type TelemetryOptions,
  withTraceparent,
} from './telemetry.ts';

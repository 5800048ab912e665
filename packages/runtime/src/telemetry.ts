import {
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export interface TelemetryOptions {
  readonly serviceName: string;
  /** OTLP/HTTP traces endpoint, e.g. `http://collector:4318/v1/traces`. Tracing is off when absent. */
  readonly endpoint?: string | undefined;
}

/** Starts tracing when an endpoint is configured. Closing flushes what is buffered. */
export function startTelemetry(options: TelemetryOptions): AsyncDisposable {
  if (options.endpoint === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: options.endpoint }))],
  });
  provider.register();
  return { [Symbol.asyncDispose]: () => provider.shutdown() };
}

const tracer: Tracer = trace.getTracer('tributary');

/** Runs `work` inside a span. Attribute values must be names and counts, never user data. */
export async function inSpan<Result>(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A span that is ended by hand, and is nobody's surroundings meanwhile. */
export interface OpenSpan {
  /** For its children, here and elsewhere; undefined when tracing is off. */
  readonly traceparent: string | undefined;
  end(attributes: Readonly<Record<string, string | number>>, isFailed: boolean): void;
}

/** Begins a span under `traceparent`, or at the root of a trace of its own. For hot paths: nothing follows the work through its promises. */
export function openSpan(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  traceparent: string | undefined,
): OpenSpan {
  const parent =
    traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  const span = tracer.startSpan(name, { attributes }, parent);
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  return {
    traceparent: carrier['traceparent'],
    end: (told, isFailed) => {
      span.setAttributes(told);
      if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

export interface DoneForMany {
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** What the work was done for, each in a trace of its own; those without one are left out. */
  readonly traceparents: readonly (string | undefined)[];
}

/**
 * Records work that was done at once for many, from `startedAtMs` until now, as a span in each one's own trace, linked to the span
 * that runs. A batch has no parent among those in it.
 */
export function recordForEach(name: string, { attributes, startedAtMs, traceparents }: DoneForMany): void {
  const batch = trace.getActiveSpan()?.spanContext();
  const links = batch === undefined ? [] : [{ context: batch }];
  for (const traceparent of traceparents) {
    if (traceparent === undefined) continue;
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent });
    tracer.startSpan(name, { attributes, startTime: startedAtMs, links }, parent).end();
  }
}

/** The W3C `traceparent` of the current span, or undefined when tracing is off. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

/** Runs `work` as a child of a `traceparent` that came from another process or from an event. */
export function withTraceparent<Result>(traceparent: string | undefined, work: () => Result): Result {
  if (traceparent === undefined) return work();
  return context.with(propagation.extract(context.active(), { traceparent }), work);
}

import {
  context,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TracesSettings } from './settings.ts';

export interface TelemetryOptions {
  readonly serviceName: string;
  /** Tracing is off when absent. */
  readonly traces?: TracesSettings | undefined;
}

/** Undefined while tracing is off. The process has one, as it has one collector: what is traced is told nowhere along the way. */
let tracer: Tracer | undefined;

/** Starts tracing when there is somewhere to send traces to. Closing sends what is buffered, and nothing is traced any more. */
export async function startTelemetry({ serviceName, traces }: TelemetryOptions): Promise<AsyncDisposable> {
  if (traces === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  const provider = await providerFor(serviceName, traces);
  provider.register();
  tracer = provider.getTracer('tributary');
  return {
    [Symbol.asyncDispose]: async () => {
      tracer = undefined;
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** What makes and sends spans is loaded where they are wanted: that takes a process a twentieth of a second. */
async function providerFor(
  serviceName: string,
  { sampleRatio, endpoint }: TracesSettings,
): Promise<NodeTracerProvider> {
  const [{ OTLPTraceExporter }, { resourceFromAttributes }, sdk] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-node'),
  ]);
  return new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint }))],
  });
}

/** Runs `work` inside a span. Attribute values must be names and counts, never user data. */
export function inSpan<Result>(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return work();
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
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
  /** For its children, here and elsewhere. */
  readonly traceparent: string;
  /** Its trace is sent. Where it is not, its children need no spans, but must hear of it, so that they begin no trace of their own. */
  readonly isSampled: boolean;
  end(attributes: Readonly<Record<string, string | number>>, isFailed: boolean): void;
}

/**
 * Begins a span under `traceparent`, or at the root of a trace of its own; undefined when tracing is off. For hot paths: nothing follows the work
 * through its promises.
 */
export function openSpan(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  traceparent: string | undefined,
): OpenSpan | undefined {
  if (tracer === undefined) return undefined;
  const parent =
    traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  const span = tracer.startSpan(name, { attributes }, parent);
  return {
    traceparent: traceparentOf(span.spanContext()),
    isSampled: span.isRecording(),
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
  if (tracer === undefined) return;
  const batch = trace.getActiveSpan()?.spanContext();
  const links = batch === undefined ? [] : [{ context: batch }];
  for (const traceparent of traceparents) {
    if (traceparent === undefined) continue;
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent });
    tracer.startSpan(name, { attributes, startTime: startedAtMs, links }, parent).end();
  }
}

/** The W3C `traceparent` of the span that surrounds the caller, or undefined when there is none or tracing is off. */
export function currentTraceparent(): string | undefined {
  const active = tracer === undefined ? undefined : trace.getSpanContext(context.active());
  return active && traceparentOf(active);
}

/** Runs `work` as a child of a `traceparent` that came from another process or from an event. */
export function withTraceparent<Result>(traceparent: string | undefined, work: () => Result): Result {
  if (tracer === undefined || traceparent === undefined) return work();
  return context.with(propagation.extract(context.active(), { traceparent }), work);
}

/** W3C Trace Context §3.2, version 00. */
function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

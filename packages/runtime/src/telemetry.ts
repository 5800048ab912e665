import { context, propagation, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
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

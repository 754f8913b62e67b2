/**
 * Has the server make traces and send them to a collector by OTLP over HTTP (docs/tracing.md). To be loaded before
 * everything else: WAYSTONE_IMPORT=deploy/otel/register.mjs npm start
 *
 * Where to, what of it and under which name is said by OpenTelemetry's own variables: OTEL_EXPORTER_OTLP_ENDPOINT,
 * OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
 */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, hostDetector, processDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const provider = new NodeTracerProvider({
  resource: defaultResource()
    .merge(resourceFromAttributes({ "service.name": "waystone" }))
    .merge(detectResources({ detectors: [hostDetector, processDetector, envDetector] })),
  // Sends every five seconds, or 512 at a time; what does not fit into its queue of 2048 is left out.
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

/** What each reason for not taking telemetry means and what to do about it, in plain words for who runs the watcher. */

/** Null for a reason that has nothing more to say. */
export function hintOf(reason: string): string | null {
  return hints[reason] ?? null;
}

const checkExporter = 'the exporter is at fault; update it, or look at what stands between it and here';
const badIds = `spans need ids of 16 and 8 bytes that are not all zero; ${checkExporter}`;
const badHistogram = 'buckets must add up to the count and their bounds must rise; update the exporter';
const tooMany = 'labels take too many different values; take ids and paths out of them, or raise intake.maxSeries';
const fromPage = 'a page sent something that the Faro SDK does not send; update the SDK, or what wraps it';

const hints: Readonly<Record<string, string>> = {
  not_found: 'nothing is at that address; senders use /v1/traces, /v1/metrics, /v1/logs or /faro/collect',
  method_not_allowed: 'telemetry comes by POST; correct the sender',
  unsupported_media_type:
    'senders use protobuf or JSON, plain or as gzip, zstd or deflate; correct the exporter’s protocol',
  too_large:
    'a body, a span or a message is larger than is taken; let the sender make smaller batches, or raise intake.maxBodyMiB',
  payload_too_large: 'a body is larger than is taken; let the sender make smaller batches, or raise intake.maxBodyMiB',
  malformed_body: `not OTLP, cut short, or not what its headers say; ${checkExporter}`,
  otlp_malformed: `not OTLP, or cut short; ${checkExporter}`,
  invalid_request: 'the request itself is wrong; the sender was told why',
  forward_loop: 'it has passed this instance before: the “forward:” of some instances make a ring; take one away',
  slow_sender: 'the sender was too slow to be waited for; smaller batches, or look at the network',
  request_timeout: 'the request did not arrive in time; smaller batches, or look at the network',
  rate_limited:
    'one sender sends more than its share; larger batches, sampling, or raise its limits in tokens.ingest or intake.perSender',
  overloaded:
    'all senders together had too much under way; they send again by themselves, or raise intake.maxInFlightMiB',
  writer_behind: 'the disk is slower than what arrives; senders send again by themselves; a faster disk, or sampling',
  unavailable: 'nothing could be stored, such as on a full disk; the log says why',
  internal: 'a fault of the watcher; its log says more',
  disconnected: 'the sender went away before its body was complete; it sends again by itself, unless it was stopped',
  unauthenticated:
    'no token, or an unknown one; give the sender its token of tokens.ingest, and a web app its key of faro.apps',
  forbidden:
    'a token for something else, or a page of an origin that is not named; see tokens.ingest, faro.apps and cors',
  malformed_request: 'not HTTP at all; something else calls this port',
  headers_too_large: 'headers above 16 KiB; take some away at the sender or the proxy before us',
  http2_on_http1_port: 'gRPC was sent to the HTTP port; use the gRPC port, 4317 unless configured otherwise',
  http1_on_grpc_port: 'OTLP over HTTP was sent to the gRPC port; use the HTTP port, 4318 unless configured otherwise',
  tls_on_plain_port: 'TLS was sent to a plain port; write http:// or put a proxy that ends TLS before it',
  bad_trace_id: badIds,
  bad_span_id: badIds,
  bad_parent_id: badIds,
  missing_time: `start and end are missing; ${checkExporter}`,
  end_before_start: 'it ends before it starts: two clocks; take both times from one',
  in_future: 'more than 5 minutes ahead; set the clock of the sender',
  too_old: 'older than an hour; send at once, or with the admin token to fill in the past',
  too_long: 'longer than 31 days; the start is not set',
  temporality: 'neither cumulative nor delta; configure the exporter',
  summary: 'quantiles do not add up; send a histogram instead of a summary',
  no_name: `a metric without a name; ${checkExporter}`,
  no_data: `a metric without points; ${checkExporter}`,
  no_value: `a point without a value; ${checkExporter}`,
  not_finite: 'not a number; something divides by zero in the application',
  negative_count: badHistogram,
  negative_values: 'an exponential histogram of values below zero cannot be counted; measure a duration or a size',
  scale: badHistogram,
  too_many_buckets: badHistogram,
  inconsistent_histogram: badHistogram,
  too_many_attributes: 'more than 128 attributes on a point; send fewer labels',
  attribute_too_long: 'a label above 4 KiB; send shorter ones',
  series_limit: tooMany,
  stream_limit: tooMany,
  series_overflow: tooMany,
  name_overflow: 'pages have too many different names and are counted together as “other”; name them by template',
  log: fromPage,
  exception: fromPage,
  measurement: fromPage,
  event: fromPage,
  not_stored: 'records of pages that the store did not take; the other lines say why',
};

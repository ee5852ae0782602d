/** Valid bodies of what is no OTLP: metrics pages and Faro payloads. */

const textPage = `# HELP http_requests_total The total.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"} 3 1395066363000
# A comment
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="0.1"} 33444
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
`;

const openMetricsPage = `# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
# TYPE foo counter
foo_total 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
foo_created 1520872607.123
# TYPE bar histogram
bar_bucket{le="0.01"} 0
bar_bucket{le="10.0"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
bar_bucket{le="+Inf"} 17
bar_count 17
bar_sum 324789.3
# EOF
`;

const faroPayload = {
  meta: {
    sdk: { name: 'faro-web', version: '2.12.1' },
    app: { name: 'shop', version: '1.0.0', environment: 'production' },
    session: { id: 'abc', attributes: { previousSession: 'x' } },
    page: { url: 'https://app.example.org/feed?x=1' },
    browser: { name: 'chrome', version: '140', mobile: false },
    view: { name: 'default' },
    user: { id: '7', email: 'a@example.org' },
  },
  logs: [{ message: 'hi', level: 'info', timestamp: '2026-03-02T10:00:00.000Z', context: { a: '1' } }],
  exceptions: [
    {
      type: 'TypeError',
      value: 'x is undefined',
      timestamp: '2026-03-02T10:00:00.000Z',
      stacktrace: { frames: [{ filename: 'app.js', function: 'go', lineno: 3, colno: 9 }] },
      trace: { trace_id: '1'.repeat(32), span_id: '2'.repeat(16) },
    },
  ],
  measurements: [{ type: 'web-vitals', values: { lcp: 1234.5 }, timestamp: '2026-03-02T10:00:00.000Z' }],
  events: [{ name: 'click', domain: 'browser', attributes: { id: 'like' }, timestamp: '2026-03-02T10:00:00.000Z' }],
  traces: { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [{ name: 'load' }] }] }] },
};

export const pageSamples = { text: [Buffer.from(textPage)], openMetrics: [Buffer.from(openMetricsPage)] } as const;
export const faroSamples: readonly Uint8Array[] = [Buffer.from(JSON.stringify(faroPayload))];

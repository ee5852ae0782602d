/** The grammar of both page formats: what is read, and what is refused where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramsOf, type PageFormat, parsePage } from './index.ts';

const limits = { maxSamples: 1_000 };
const text = (page: string) => parsePage(page, 'text', limits);
const open = (page: string) => parsePage(page, 'openMetrics', limits);
const sampleOf = (page: string, format: PageFormat = 'text') => parsePage(page, format, limits)[0]?.samples[0];

describe('the text format 0.0.4', () => {
  it('reads the example of its documentation', () => {
    const families = text(`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
# Minimalistic line:
metric_without_timestamp_and_labels 12.47
# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
`);
    expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
      ['http_requests_total', 'counter', 2],
      ['msdos_file_access_time_seconds', 'unknown', 1],
      ['metric_without_timestamp_and_labels', 'unknown', 1],
      ['something_weird', 'unknown', 1],
      ['rpc_duration_seconds', 'summary', 3],
    ]);
    expect(families[0]?.help).toBe('The total number of HTTP requests.');
    expect(families[0]?.samples[0]).toEqual({
      name: 'http_requests_total',
      labels: { method: 'post', code: '200' },
      value: 1027,
      timeMs: 1_395_066_363_000,
      exemplar: null,
      line: 3,
    });
    expect(families[1]?.samples[0]?.labels).toEqual({
      path: 'C:\\DIR\\FILE.TXT',
      error: 'Cannot find file:\n"FILE.TXT"',
    });
    expect(families[3]?.samples[0]).toMatchObject({ value: Number.POSITIVE_INFINITY, timeMs: -3_982_045 });
  });

  it.each([
    ['a NaN', Number.NaN],
    ['a Nan', Number.NaN],
    ['a -Inf', Number.NEGATIVE_INFINITY],
    ['a +inf', Number.POSITIVE_INFINITY],
    ['a 1e-3', 0.001],
    ['a .5', 0.5],
    ['a +7.', 7],
  ])('reads the value of %j', (line, value) => {
    expect(sampleOf(line)?.value).toBe(value);
  });

  it('reads blanks where they may be, a comma at the end, and no line end at the end', () => {
    expect(sampleOf(' \ta { b = "c" , } \t 1  2')).toMatchObject({
      name: 'a',
      labels: { b: 'c' },
      value: 1,
      timeMs: 2,
    });
  });

  it('reads names of any characters in quotes', () => {
    const [family] = text(
      '# HELP "my.metric" of \\\\ two\\nlines\n# TYPE "my.metric" gauge\n{"my.metric", "a.b"="ü"} 4',
    );
    expect(family).toMatchObject({ name: 'my.metric', type: 'gauge', help: 'of \\ two\nlines' });
    expect(family?.samples[0]).toMatchObject({ name: 'my.metric', labels: { 'a.b': 'ü' }, value: 4 });
  });

  it('keeps a label that is named like a property of every object', () => {
    expect(Object.keys(sampleOf('a{__proto__="x"} 1')?.labels ?? {})).toEqual(['__proto__']);
  });

  it('takes the lines of a metric in any order, as Prometheus does', () => {
    const families = text('# TYPE a counter\na{x="1"} 1\nb 2\na{x="2"} 3\n');
    expect(families.map(({ name, samples }) => [name, samples.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it.each([
    ['<html>', 'line 1, column 1 of the metrics page: expected a metric name, found "<html>"'],
    ['a 1\nb{x="1} 4', 'line 2, column 10 of the metrics page: expected the closing quote, found the end of the line'],
    [
      'a{x="\\t"} 1',
      'line 1, column 6 of the metrics page: expected one of the escapes \\\\, \\" and \\n, found "\\\\t\\"} 1"',
    ],
    ['a{x="1" y="2"} 1', 'line 1, column 9 of the metrics page: expected , or }, found "y=\\"2\\"} 1"'],
    ['a{1x="1"} 1', 'line 1, column 3 of the metrics page: expected a label name or }, found'],
    ['a{x="1",x="2"} 1', 'line 1, column 9 of the metrics page: the label x is given twice'],
    ['a{"b"} 1', 'line 1, column 6 of the metrics page: expected = after the label name, found "} 1"'],
    ['a many', 'line 1, column 3 of the metrics page: expected a value: a number, NaN, +Inf or -Inf, found "many"'],
    ['a 0x1p', 'line 1, column 3 of the metrics page: expected a value'],
    [
      'a',
      'line 1, column 2 of the metrics page: expected a value: a number, NaN, +Inf or -Inf, found the end of the line',
    ],
    ['a 1 2.5', 'line 1, column 5 of the metrics page: expected a timestamp in whole ms, found "2.5"'],
    ['a 1 2 3', 'line 1, column 7 of the metrics page: expected the end of the line, found "3"'],
    [
      '# TYPE a counters',
      'line 1, column 10 of the metrics page: expected one of the types counter, gauge, histogram, summary',
    ],
    ['# TYPE a counter\n# TYPE a counter', 'line 2, column 8 of the metrics page: the type of a is given twice'],
    ['# HELP a x\n# HELP a y', 'line 2, column 8 of the metrics page: the help of a is given twice'],
    ['a 1\n# TYPE a counter', 'line 2, column 8 of the metrics page: a is declared after its first sample'],
    [
      'a{x="1"} 1\na{x="1"} 2',
      'line 2, column 1 of the metrics page: a with the same labels was already given in line 1',
    ],
    [
      '# TYPE h histogram\nh 1',
      'line 2, column 1 of the metrics page: a sample of the histogram h must be named one of',
    ],
    [
      'a_bucket{le="1"} 4',
      'line 1 of the metrics page: a_bucket{"le":"1"} is the last bucket; its buckets must grow up to le="+Inf"',
    ],
    [
      'a_bucket{le="1"} 4\na_bucket{le="+Inf"} 3',
      'line 2 of the metrics page: a_bucket{"le":"+Inf"} is 3, less than the bucket below it (4)',
    ],
  ])('refuses %j', (page, message) => {
    expect(() => text(page)).toThrow(message);
  });

  it('refuses a page of more samples than are allowed, at the first that is too many', () => {
    expect(() => parsePage('a 1\nb 2\nc 3', 'text', { maxSamples: 2 })).toThrow(
      'line 3, column 1 of the metrics page: there are more than 2 samples; raise sampleLimit',
    );
  });
});

describe('OpenMetrics 1.0', () => {
  const full = `# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_sum{path="/api/v1"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1"} 1605281325.0
# TYPE go_goroutines gauge
go_goroutines 69
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06 1605301325.5
process_cpu_seconds_created 1605281325.25
# TYPE foo histogram
foo_bucket{le="0.1"} 8 # {} 0.054
foo_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0",span_id="ab"} 9.8 1520879607.789
foo_count 17
foo_sum 324789.3
foo_created 1520430000.123
# TYPE build info
build_info{version="1"} 1
# TYPE feature stateset
feature{feature="a"} 1
feature{feature="b"} 0
# TYPE queue gaugehistogram
queue_bucket{le="+Inf"} 4
queue_gcount 4
queue_gsum 9
# TYPE odd unknown
odd 1
# EOF
`;

  it('reads every type, times in seconds, units and exemplars', () => {
    const families = open(full);
    expect(families.map(({ name, type, unit, samples }) => [name, type, unit, samples.length])).toEqual([
      ['acme_http_router_request_seconds', 'summary', 'seconds', 3],
      ['go_goroutines', 'gauge', null, 1],
      ['process_cpu_seconds', 'counter', 'seconds', 2],
      ['foo', 'histogram', null, 5],
      ['build', 'info', null, 1],
      ['feature', 'stateset', null, 2],
      ['queue', 'gaugehistogram', null, 3],
      ['odd', 'unknown', null, 1],
    ]);
    expect(families[2]?.samples[0]).toMatchObject({ value: 4_200_722.46, timeMs: 1_605_301_325_500 });
    expect(histogramsOf(families)).toEqual([
      {
        name: 'foo',
        labels: {},
        bounds: [0.1],
        counts: [8, 9],
        sum: 324_789.3,
        count: 17,
        timeMs: null,
        createdMs: 1_520_430_000_123,
        exemplars: [
          { labels: {}, value: 0.054, timeMs: null },
          { labels: { trace_id: 'oHg5SJYRHA0', span_id: 'ab' }, value: 9.8, timeMs: 1_520_879_607_789 },
        ],
        line: 14,
      },
    ]);
  });

  it.each([
    ['a 1\n', 'line 2, column 1 of the metrics page: expected # EOF; the page is cut off'],
    ['', 'line 1, column 1 of the metrics page: expected # EOF; the page is cut off'],
    ['# EOF\na 1\n', 'line 2, column 1 of the metrics page: expected nothing after # EOF, found "a 1"'],
    ['a 1\n\n# EOF\n', 'line 2, column 1 of the metrics page: expected a sample, a declaration or # EOF'],
    ['# a comment\n# EOF', 'line 1, column 3 of the metrics page: expected HELP, TYPE, UNIT or EOF, found "a comment"'],
    ['a  1\n# EOF', 'line 1, column 3 of the metrics page: expected a value'],
    [
      '# TYPE a counter\na 1\n# EOF',
      'line 2, column 1 of the metrics page: a sample of the counter a must be named one of a_total, a_created',
    ],
    ['# TYPE a counter\na_total -1\n# EOF', 'line 2 of the metrics page: a_total is -1; a counter is 0 or more'],
    [
      '# TYPE a gauge\n# UNIT a seconds\n# EOF',
      'line 2, column 8 of the metrics page: the name a must end in its unit, _seconds',
    ],
    [
      '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x="1"} 1\n# EOF',
      'line 5, column 1 of the metrics page: a goes on after another metric began',
    ],
    [
      '# TYPE a gauge\na 1 # {x="1"} 1\n# EOF',
      'line 2 of the metrics page: a may not carry an exemplar; counters and buckets may',
    ],
    ['# TYPE a info\na_info 2\n# EOF', 'line 2 of the metrics page: a_info is 2; an info is always 1'],
    ['# TYPE a stateset\na{a="x"} 2\n# EOF', 'line 2 of the metrics page: a is 2; a state is 0 or 1'],
    [
      '# TYPE a histogram\na_bucket{le="+Inf"} 2\na_count 3\n# EOF',
      'line 2 of the metrics page: a counts 3, its bucket le="+Inf" 2; they must be equal',
    ],
    [
      `# TYPE a counter\na_total 1 # {x="${'y'.repeat(128)}"} 1\n# EOF`,
      "line 2, column 13 of the metrics page: the exemplar's labels have 129 characters; at most 128",
    ],
    ['a 1 later\n# EOF', 'line 1, column 5 of the metrics page: expected a timestamp in seconds, found "later"'],
  ])('refuses %j', (page, message) => {
    expect(() => open(page)).toThrow(message);
  });
});

describe('whatever the page', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const escaped = (value: string): string =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

  it('reads back every label, value and time that was written, in both formats', () => {
    const sample = fc.record({
      labels: fc.dictionary(name, text, { maxKeys: 4 }),
      value: fc.double().map((value) => value + 0),
      timeMs: fc.option(fc.integer({ min: 0, max: 4e12 })),
    });
    fc.assert(
      fc.property(name, sample, fc.constantFrom<PageFormat>('text', 'openMetrics'), (metric, wanted, format) => {
        const pairs = Object.entries(wanted.labels).map(([key, value]) => `${key}="${escaped(value)}"`);
        const time = wanted.timeMs === null ? '' : ` ${format === 'text' ? wanted.timeMs : wanted.timeMs / 1_000}`;
        const value = String(wanted.value).replace('Infinity', 'Inf');
        const page = `# TYPE ${metric} gauge\n${metric}{${pairs.join(',')}} ${value}${time}\n# EOF\n`;
        expect(sampleOf(page, format)).toMatchObject({ name: metric, ...wanted });
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('either reads a damaged page or says where it is broken', () => {
    const good =
      '# TYPE h histogram\nh_bucket{le="1",x="\\n"} 4\nh_bucket{le="+Inf",x="\\n"} 4 1\nh_sum 3\n{"u.x"} NaN\n# EOF\n';
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.nat(8),
        text,
        fc.constantFrom<PageFormat>('text', 'openMetrics'),
        (at, gone, added, format) => {
          try {
            parsePage(good.slice(0, at) + added + good.slice(at + gone), format, limits);
          } catch (error) {
            expect(String(error)).toMatch(/line \d+(, column \d+)? of the metrics page: /);
          }
        },
      ),
      { seed: 6, numRuns: 1_000 },
    );
  });
});

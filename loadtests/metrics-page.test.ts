/** Reading a metrics page: buckets, labels with awkward characters, differences, restarts, refusals. */
import { describe, expect, it } from 'vitest';
import { addedBetween, readMetricsPage, sumReadings } from './metrics-page.ts';

const page = (fast: number, slow: number): string => `# HELP d_seconds a duration
# TYPE d_seconds histogram
d_seconds_bucket{le="0.2",operation="GET /a/:id",entry="true"} ${fast}
d_seconds_bucket{le="2",operation="GET /a/:id",entry="true"} ${fast + slow}
d_seconds_bucket{le="+Inf",operation="GET /a/:id",entry="true"} ${fast + slow}
d_seconds_sum{operation="GET /a/:id",entry="true"} 3.5
d_seconds_count{operation="GET /a/:id",entry="true"} ${fast + slow}
runtime_cpu_seconds_total{domain="a"} 0.305771
`;

describe('a metrics page', () => {
  it('gives each histogram its counts per bucket, not cumulated', () => {
    expect([...readMetricsPage(page(3, 2)).values()]).toEqual([
      { name: 'd_seconds', labels: { operation: 'GET /a/:id', entry: 'true' }, bounds: [0.2, 2], counts: [3, 2, 0] },
    ]);
  });

  it('reads labels with braces, commas, quotes and line ends, and drops an exemplar and a timestamp', () => {
    const text = [
      'd_bucket{path="/a,{b}",says="\\"x\\" \\\\ \\n",le="1"} 4 # {trace_id="ab"} 0.5 1700000000.1',
      'd_bucket{path="/a,{b}",says="\\"x\\" \\\\ \\n",le="+Inf"} 5 1700000000000',
    ].join('\n');
    expect([...readMetricsPage(text).values()]).toEqual([
      { name: 'd', labels: { path: '/a,{b}', says: '"x" \\ \n' }, bounds: [1], counts: [4, 1] },
    ]);
  });

  it('tells what was added between two readings, a new series from zero', () => {
    const added = addedBetween(readMetricsPage(page(3, 2)), readMetricsPage(page(10, 4)));
    expect(added?.map(({ counts }) => counts)).toEqual([[7, 2, 0]]);
    expect(addedBetween(new Map(), readMetricsPage(page(3, 2)))?.map(({ counts }) => counts)).toEqual([[3, 2, 0]]);
  });

  it('says nothing across a restart, when counts went back or a series is gone', () => {
    expect(addedBetween(readMetricsPage(page(3, 2)), readMetricsPage(page(1, 2)))).toBeNull();
    expect(addedBetween(readMetricsPage(page(3, 2)), new Map())).toBeNull();
  });

  it('adds up the instances of an application', () => {
    const sum = sumReadings([readMetricsPage(page(3, 2)), readMetricsPage(page(1, 1))]);
    expect([...sum.values()].map(({ counts }) => counts)).toEqual([[4, 3, 0]]);
  });

  it.each([
    ['<html>', 'line 1, column 1 of the metrics page: expected a metric name, found "<html>"'],
    ['\na_bucket{le="1"} many', 'line 2, column 18 of the metrics page: expected a value'],
    ['a_bucket{le="1"} 4', 'its buckets must grow up to le="+Inf"'],
  ])('refuses %j', (text, message) => {
    expect(() => readMetricsPage(text)).toThrow(message);
  });
});

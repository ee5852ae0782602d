/** Turns totals of a stored series into the series of Prometheus: buckets, sum and count of a histogram, else one. Pure. */
import type { Series } from '../../src/kernel/series.ts';
import type { TotalSample } from './running-total.ts';
import { factorOf, familyOf, sortedLabels } from './sample-names.ts';
import type { SampleSeries } from './write-request.ts';

/** `labels` as of the series' names, without `__name__` and `le`. */
export function seriesOf(
  series: Series,
  labels: ReadonlyMap<string, string>,
  totals: readonly TotalSample[],
): readonly SampleSeries[] {
  const name = familyOf(series);
  const factor = factorOf(series);
  const made = (suffix: string, le: string | null, numberOf: (counts: readonly number[], sum: number) => number) => ({
    labels: sortedLabels(`${name}${suffix}`, labels, le),
    samples: totals.map(({ timeMs, value }) => ({
      timeMs,
      value: value === null ? null : numberOf(value.counts, value.sum),
    })),
  });
  if (series.bounds === null) return [made('', null, (_, sum) => sum * factor)];
  const upTo = (bucket: number) => (counts: readonly number[]) =>
    counts.slice(0, bucket + 1).reduce((total, count) => total + count, 0);
  const last = series.bounds.length;
  return [
    ...series.bounds.map((bound, bucket) => made('_bucket', String(bound), upTo(bucket))),
    made('_bucket', '+Inf', upTo(last)),
    made('_count', null, upTo(last)),
    made('_sum', null, (_, sum) => sum),
  ];
}

/** What a point that came before with the same attributes was found to be: the series and the text that names its stream. */
import { labelKey, type Series } from '../../src/kernel/series.ts';
import { type Sender, textsOf } from './metric-sender.ts';
import type { Attributes, MetricPoint, MetricRecord } from './wire/index.ts';
import type { MetricSource } from './writer-messages.ts';

/** `attributes` is the key of the point's own attributes, sorted. */
export interface KnownPoint {
  readonly series: Series;
  readonly attributes: string;
}

/** Beyond these everything is forgotten, which costs time and nothing else. */
const mostPoints = 100_000;
const mostBounds = 64;
const noBounds: readonly number[] = [];

/** Sorting, mapping and putting into words is done once for each label set of a kind of sender, not for each point. */
export class KnownPoints {
  readonly #families: { readonly bounds: readonly number[]; readonly points: Map<string, KnownPoint> }[] = [];
  #size = 0;

  /** The series is asked of `find` the first time; one that found no room is asked for again each time. */
  get(
    sender: Sender,
    metric: MetricRecord,
    point: MetricPoint,
    source: MetricSource,
    find: () => Series | null,
  ): KnownPoint | null {
    const points = this.#ofBounds(metric.shape === 'sum' || metric.shape === 'gauge' ? noBounds : point.bounds);
    const key = keyOf(sender, metric, point.attributes, source);
    const before = points.get(key);
    if (before !== undefined) return before;
    const series = find();
    if (series === null) return null;
    const made = { series, attributes: labelKey(textsOf(point.attributes)) };
    if (series.labels.overflow === undefined) {
      points.set(key, made);
      this.#size += 1;
    }
    return made;
  }

  /** Bounds come as a new list with each point; there are few different ones. */
  #ofBounds(bounds: readonly number[]): Map<string, KnownPoint> {
    if (this.#size >= mostPoints || this.#families.length >= mostBounds) this.#forget();
    const found = this.#families.find((family) => isSame(family.bounds, bounds));
    if (found !== undefined) return found.points;
    const points = new Map<string, KnownPoint>();
    this.#families.push({ bounds, points });
    return points;
  }

  #forget(): void {
    this.#families.length = 0;
    this.#size = 0;
  }
}

function isSame(left: readonly number[], right: readonly number[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}

/** Everything that decides which series it is, but the bounds. Attributes in the order they came: another order is another key. */
function keyOf(sender: Sender, metric: MetricRecord, attributes: Attributes, source: MetricSource): string {
  const { shape, isMonotonic, temporality, name, unit } = metric;
  let key = `${sender.serviceName}\n${sender.domain}\n${sender.synthetic}\n${source}\n${name}\n${unit}\n${shape}\n${isMonotonic}\n${temporality}`;
  for (const [attribute, value] of attributes) {
    const isText = typeof value === 'string';
    key += `\n${attribute.length}:${attribute}${isText ? '=' : '#'}${isText ? value.length : typeof value}:${value}`;
  }
  return key;
}

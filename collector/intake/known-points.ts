/** What a sender's points with the same attributes were found to be: their series, their stream, the texts that name both. */
import { labelKey, type Series, type SeriesKind } from '../../src/kernel/series.ts';
import type { Stream } from '../history/index.ts';
import { kindOf } from './metric-meaning.ts';
import { type Sender, senderOf, textsOf } from './metric-sender.ts';
import type { Attributes, MetricGroup, MetricPoint, MetricRecord } from './wire/index.ts';
import type { MetricSource } from './writer-messages.ts';

/** Where the points of one sender, metric and attribute set are counted. */
export interface PointPlace {
  readonly series: Series;
  /** The key of the point's own attributes, sorted. */
  readonly attributes: string;
  /** The stream of the points that began at `startMs`; null before the first, and after it was forgotten. */
  stream: Stream | null;
  startMs: number;
}

/** Beyond this everything is forgotten, which costs time and nothing else. */
const mostPlaces = 100_000;

/** Sorting, mapping and putting into words is done once for each label set of a sender, not for each point. */
export class KnownPoints {
  readonly #senders = new Map<Attributes, KnownSender[]>();
  readonly #size = { places: 0 };

  /** Who sends this group; what is found there is good until the next call. */
  sender(group: MetricGroup, source: MetricSource): KnownSender {
    if (this.#size.places >= mostPlaces) {
      this.#senders.clear();
      this.#size.places = 0;
    }
    const ofResource = this.#senders.get(group.resource) ?? [];
    let known = ofResource.find((one) => one.sender.scope === group.scope && one.source === source);
    if (known === undefined) {
      known = new KnownSender(senderOf(group), source, this.#size);
      ofResource.push(known);
      this.#senders.set(group.resource, ofResource);
      this.#size.places += 1;
    }
    return known;
  }
}

/** One resource and scope. */
export class KnownSender {
  readonly sender: Sender;
  readonly source: MetricSource;
  readonly #size: { places: number };
  readonly #metrics = new Map<string, KnownMetric[]>();

  constructor(sender: Sender, source: MetricSource, size: { places: number }) {
    this.sender = sender;
    this.source = source;
    this.#size = size;
  }

  metric(record: MetricRecord): KnownMetric {
    const ofName = this.#metrics.get(record.name) ?? [];
    let known = ofName.find((one) => one.isOf(record));
    if (known === undefined) {
      known = new KnownMetric(record, this.#size);
      ofName.push(known);
      this.#metrics.set(record.name, ofName);
      this.#size.places += 1;
    }
    return known;
  }
}

/** One metric of a sender: name, unit, shape, temporality, monotony. */
export class KnownMetric {
  readonly kind: SeriesKind;
  /** What counts is the difference to the point before. */
  readonly isCumulative: boolean;
  /** Of a delta stream every point counts, whatever its order; of the others only a later one says something new. */
  readonly isOrdered: boolean;
  /** A new start is a new stream, which is how a restart is told from a slow count. */
  readonly hasStart: boolean;
  readonly #record: MetricRecord;
  readonly #size: { places: number };
  /** By bounds: there are few, and equal ones are one list. */
  readonly #places: { readonly bounds: readonly number[]; readonly places: Map<Attributes, PointPlace> }[] = [];

  constructor(record: MetricRecord, size: { places: number }) {
    this.kind = kindOf(record);
    this.isCumulative = this.kind !== 'gauge' && record.temporality === 'cumulative';
    this.isOrdered = record.shape === 'gauge' || record.temporality === 'cumulative';
    this.hasStart = record.shape !== 'gauge' && record.temporality !== 'delta';
    this.#record = { ...record, points: [] };
    this.#size = size;
  }

  isOf({ unit, shape, temporality, isMonotonic }: MetricRecord): boolean {
    const own = this.#record;
    return (
      own.shape === shape && own.temporality === temporality && own.isMonotonic === isMonotonic && own.unit === unit
    );
  }

  /** Null when there was no such point before, or its series had found no room. */
  place({ attributes, bounds }: MetricPoint): PointPlace | null {
    return this.#ofBounds(bounds).get(attributes) ?? null;
  }

  /** A point is counted in this series; of one that found no room of its own that is not remembered. */
  learn({ attributes, bounds }: MetricPoint, series: Series): PointPlace {
    const place = { series, attributes: keyOf(attributes), stream: null, startMs: Number.NaN };
    if (series.labels.overflow !== undefined) return place;
    this.#ofBounds(bounds).set(attributes, place);
    this.#size.places += 1;
    return place;
  }

  #ofBounds(bounds: readonly number[]): Map<Attributes, PointPlace> {
    for (const one of this.#places) if (one.bounds === bounds) return one.places;
    const places = new Map<Attributes, PointPlace>();
    this.#places.push({ bounds, places });
    this.#size.places += 1;
    return places;
  }
}

/** Equal attributes are one object, whoever sends them. */
const keys = new WeakMap<Attributes, string>();

function keyOf(attributes: Attributes): string {
  let key = keys.get(attributes);
  if (key === undefined) {
    key = labelKey(textsOf(attributes));
    keys.set(attributes, key);
  }
  return key;
}

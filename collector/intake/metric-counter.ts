/** Counts metric points: cumulative ones by the difference to their stream's last, delta ones as they are, gauges by value. */
import { attribute, label, sliceMs } from '../../src/kernel/conventions.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/kernel/duration.ts';
import { labelKey, type Series, type SeriesKind, type SliceCounts } from '../../src/kernel/series.ts';
import {
  floorTo,
  type PresenceStore,
  type SeriesStore,
  type SliceStore,
  type Stream,
  type StreamStore,
} from '../history/index.ts';
import { type DomainMapper, unmappedDomain } from './domain-mapping.ts';
import { GaugeSums } from './gauge-sums.ts';
import { rejectionOf } from './metric-checks.ts';
import { ProbePace } from './probe-pace.ts';
import { differenceOf, isZero } from './stream-difference.ts';
import { type Tally, tallyRejection } from './tally.ts';
import {
  type Attributes,
  isSynthetic,
  labelText,
  type MetricGroup,
  type MetricPoint,
  type MetricRecord,
  type TimeLimits,
} from './wire/index.ts';
import type { MetricSource } from './writer-messages.ts';

/** Who counts, when it arrives, what is allowed. Times are Unix ms. */
export interface MetricContext {
  readonly source: MetricSource;
  readonly nowMs: number;
  readonly watermarkMs: number;
  readonly mayBackfill: boolean;
  readonly limits: TimeLimits;
  readonly tally: Tally;
}

interface Sender {
  readonly key: string;
  readonly serviceName: string;
  readonly domain: string | null;
  readonly synthetic: boolean;
  readonly scope: string;
}

interface Stores {
  readonly series: SeriesStore;
  readonly slices: SliceStore;
  readonly presence: PresenceStore;
  readonly streams: StreamStore;
}

/** A gap longer than this between two exports is a gap in what is known, even when the counts caught up. */
const bridgedGapMs = 3 * minuteMs;
/** The parts of one export arrive within this time. */
const oneExportMs = 5 * secondMs;

/** One per writer; everything it changes is in the stores. */
export class MetricCounter {
  readonly #stores: Stores;
  readonly #mapper: DomainMapper;
  readonly #gauges: GaugeSums;
  readonly #probes: ProbePace;

  constructor(stores: Stores, mapper: DomainMapper) {
    this.#stores = stores;
    this.#mapper = mapper;
    this.#gauges = new GaugeSums(stores.streams.streams());
    this.#probes = new ProbePace(stores.presence);
  }

  /** Counts every point of one body; returns how many were rejected, by reason. */
  add(groups: readonly MetricGroup[], context: MetricContext): ReadonlyMap<string, number> {
    const rejected = new Map<string, number>();
    for (const group of groups) {
      const sender = senderOf(group);
      for (const metric of group.metrics) {
        for (const point of metric.points) {
          const reason = rejectionOf(metric, point, context.limits) ?? this.#count(sender, metric, point, context);
          if (reason === null) context.tally.points += 1;
          else {
            rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
            tallyRejection(context.tally, reason);
          }
        }
      }
    }
    return rejected;
  }

  /** The reason when there is no room, else null. */
  #count(sender: Sender, metric: MetricRecord, point: MetricPoint, context: MetricContext): string | null {
    if (!point.hasValue) return null;
    const series = this.#stores.series.find(this.#identity(sender, metric, point, context.source));
    if (series === null) return 'series_limit';
    const start = metric.shape === 'gauge' || metric.temporality === 'delta' ? 0 : point.startMs;
    const identity = `${sender.scope}\n${start}\n${series.id}\n${labelKey(textsOf(point.attributes))}`;
    const stream = this.#stores.streams.find(sender.key, identity);
    if (stream !== undefined && point.timeMs <= stream.timeMs && isOrdered(metric)) return null;
    const knownForMs = this.#stores.streams.knownForMs(sender.key, context.nowMs);
    const isBaseline = stream === undefined && isCumulative(metric) && isUnseenPast(point, knownForMs, context);
    const value = pointValue(series.kind, metric, point, stream);
    const added = isCumulative(metric) ? differenceOf(value, stream?.value ?? null, series.kind) : value;
    const kept = this.#keep(sender.key, identity, series, stream, point.timeMs, value, context.nowMs);
    if (kept === null) return 'stream_limit';
    this.#note(series, metric, point, stream, context);
    if (series.kind === 'gauge') {
      this.#stores.slices.add(series, point.timeMs, this.#gauges.add(kept, value.sum));
    } else if (!isBaseline && !isZero(added)) this.#stores.slices.add(series, point.timeMs, added);
    return null;
  }

  #keep(
    resource: string,
    identity: string,
    series: Series,
    stream: Stream | undefined,
    timeMs: number,
    value: SliceCounts,
    nowMs: number,
  ): Stream | null {
    if (stream === undefined) {
      return this.#stores.streams.make(resource, identity, { seriesId: series.id, timeMs, value, seenMs: nowMs });
    }
    this.#stores.streams.update(stream, Math.max(timeMs, stream.timeMs), value, nowMs);
    return stream;
  }

  /** Presence covers what the point speaks of: its own interval when it is a difference, else the time since the last export. */
  #note(
    series: Series,
    metric: MetricRecord,
    point: MetricPoint,
    stream: Stream | undefined,
    context: MetricContext,
  ): void {
    const { presence } = this.#stores;
    const before = stream?.timeMs ?? (metric.shape === 'gauge' ? 0 : point.startMs);
    const gapMs = point.timeMs - before;
    const { durationMs } = this.#stores.slices.slotOf(series, point.timeMs);
    if (context.source === 'probe') this.#probes.note(series, point.startMs, point.timeMs, durationMs);
    else {
      presence.mark(series.signal, context.source, coveredFrom(metric, point, before), point.timeMs, durationMs);
      const isUnpaced = stream === undefined || gapMs <= 0 || series.synthetic;
      presence.pace(series.signal, context.source, point.timeMs, isUnpaced ? null : gapMs);
    }
    if (floorTo(point.timeMs, sliceMs.fine) < context.watermarkMs && !context.mayBackfill)
      context.tally.latePoints += 1;
  }

  #identity(sender: Sender, metric: MetricRecord, point: MetricPoint, source: MetricSource): Omit<Series, 'id'> {
    const labels: Record<string, string> = {};
    for (const [name, value] of point.attributes) {
      if (typeof value !== 'number' || Number.isInteger(value)) labels[labelName(name)] = labelText(value);
    }
    // A probe of the whole app belongs to no domain, which is not the same as traffic that nobody could place.
    if (source !== 'probe')
      labels[label.domain] ??= sender.domain ?? this.#mapper(sender.serviceName, point.attributes) ?? unmappedDomain;
    const kind = kindOf(metric);
    return {
      signal: metric.name,
      kind,
      source,
      labels,
      synthetic: sender.synthetic,
      bounds: kind === 'histogram' ? point.bounds : null,
    };
  }
}

function senderOf(group: MetricGroup): Sender {
  const texts = textsOf(group.resource);
  const instance = texts[attribute.serviceInstanceId];
  const serviceName = texts[attribute.serviceName] ?? '';
  const synthetic = isSynthetic(group.resource);
  return {
    key: instance === undefined ? labelKey(texts) : `${serviceName} ${instance} ${synthetic}`,
    serviceName,
    domain: texts[attribute.domain] ?? null,
    synthetic,
    scope: group.scope,
  };
}

function textsOf(attributes: Attributes): Record<string, string> {
  return Object.fromEntries([...attributes].map(([name, value]) => [name, labelText(value)]));
}

function labelName(name: string): string {
  if (name === attribute.domain) return label.domain;
  return name === attribute.operation ? label.operation : name;
}

function kindOf(metric: MetricRecord): SeriesKind {
  if (metric.shape === 'histogram') return 'histogram';
  return metric.shape === 'sum' && metric.isMonotonic ? 'counter' : 'gauge';
}

function isCumulative(metric: MetricRecord): boolean {
  return kindOf(metric) !== 'gauge' && metric.temporality === 'cumulative';
}

/** A difference names the interval that it speaks of, up to a day; a running total speaks of the time since the export before. */
function coveredFrom(metric: MetricRecord, point: MetricPoint, beforeMs: number): number {
  const lengthMs = point.timeMs - point.startMs;
  if (metric.temporality === 'delta' && metric.shape !== 'gauge' && point.startMs > 0 && lengthMs <= dayMs)
    return point.startMs;
  const gapMs = point.timeMs - beforeMs;
  return gapMs > 0 && gapMs <= bridgedGapMs ? beforeMs : point.timeMs;
}

/** Of a delta stream every point counts, whatever its order; of the others only a later one says something new. */
function isOrdered(metric: MetricRecord): boolean {
  return metric.shape === 'gauge' || metric.temporality === 'cumulative';
}

/** The first that is heard of a process which has run for long: what it counted before belongs to no slice of today. */
function isUnseenPast(point: MetricPoint, knownForMs: number, context: MetricContext): boolean {
  if (context.mayBackfill || knownForMs >= oneExportMs) return false;
  // A page shows its whole past; only what it adds from now on was watched.
  if (context.source === 'scrape') return true;
  return point.startMs === 0 || point.timeMs - point.startMs > hourMs;
}

function pointValue(
  kind: SeriesKind,
  metric: MetricRecord,
  point: MetricPoint,
  stream: Stream | undefined,
): SliceCounts {
  const counts = point.counts.length > 0 ? point.counts : [point.count];
  if (kind === 'histogram') {
    return { counts, sum: point.value, max: metric.temporality === 'delta' ? point.max : null };
  }
  const isChange = kind === 'gauge' && metric.shape === 'sum' && metric.temporality === 'delta';
  return { counts: [], sum: isChange ? (stream?.value.sum ?? 0) + point.value : point.value, max: null };
}

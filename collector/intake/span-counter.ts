/** Counts scanned spans into `domain.request.duration` series of source `spans`. */
import { durationBoundsSeconds, label, metric, outcomes, sliceMs } from '../../src/kernel/conventions.ts';
import type { Series } from '../../src/kernel/series.ts';
import { floorTo, type PresenceStore, type SeriesStore, type SliceStore } from '../history/index.ts';
import { type DomainMapper, unmappedDomain } from './domain-mapping.ts';
import type { Tally } from './tally.ts';
import { type SpanTable, spanAttributes, type TextTable } from './wire/index.ts';

/** Counts of one series in one slice, until the slice changes or the group is committed. */
interface Cell {
  readonly series: Series | null;
  readonly counts: Float64Array;
  startMs: number;
  sum: number;
  max: number;
  filled: boolean;
}

const boundsNs = Float64Array.from(durationBoundsSeconds, (seconds) => Math.round(seconds * 1e9));
const bucketCount = boundsNs.length + 1;
const slotCount = 65_536;

/** Keeps a cell per (domain, operation, entry, outcome, synthetic); `flush` hands all of them to the slices. */
export class SpanCounter {
  readonly #texts: TextTable;
  readonly #series: SeriesStore;
  readonly #slices: SliceStore;
  readonly #presence: PresenceStore;
  readonly #mapper: DomainMapper | null;
  readonly #unmapped: number;
  readonly #domainKeys = new Int32Array(slotCount).fill(-1);
  readonly #otherKeys = new Int32Array(slotCount);
  #cells: (Cell | undefined)[] = [];
  #cellCount = 0;
  #filled: Cell[] = [];

  /** `mapper` is null when there are no rules. */
  constructor(
    texts: TextTable,
    stores: { readonly series: SeriesStore; readonly slices: SliceStore; readonly presence: PresenceStore },
    mapper: DomainMapper | null,
  ) {
    this.#texts = texts;
    this.#series = stores.series;
    this.#slices = stores.slices;
    this.#presence = stores.presence;
    this.#mapper = mapper;
    this.#unmapped = this.#textNumber(unmappedDomain);
  }

  /**
   * Counts one accepted span when it names an operation of a domain or is an entry; returns the number of its domain's name,
   * -1 without one. A probe's span counts nothing. `watermarkMs`: slices before it are late.
   */
  add(body: Uint8Array, table: SpanTable, row: number, watermarkMs: number, tally: Tally): number {
    let domain = table.domain[row] ?? -1;
    const resource = table.resources[table.resource[row] ?? 0];
    if (domain < 0) domain = resource?.domain ?? -1;
    if (domain < 0 && this.#mapper !== null) domain = this.#mapDomain(body, table, row, resource?.service ?? -1);
    const isEntry = table.isEntry[row] === 1;
    const weight = table.weight[row] ?? 1;
    if (weight === 0) return domain;
    if (isEntry) tally[domain < 0 ? 'unmapped' : 'mapped'] += weight;
    const operation = table.operation[row] ?? -1;
    if (!isEntry && (domain < 0 || operation < 0)) return domain;
    const flags = (isEntry ? 8 : 0) | ((table.outcome[row] ?? 0) << 1) | (resource?.synthetic === true ? 1 : 0);
    const cell = this.#cell(
      domain < 0 ? this.#unmapped : domain,
      operation < 0 ? (table.route[row] ?? -1) : operation,
      flags,
    );
    const startMs = floorTo(table.endMs[row] ?? 0, sliceMs.fine);
    if (startMs < watermarkMs) tally.latePoints += 1;
    if (cell.startMs !== startMs) {
      if (cell.filled) this.#empty(cell);
      cell.startMs = startMs;
    }
    if (!cell.filled) {
      cell.filled = true;
      this.#filled.push(cell);
    }
    const durationNs = table.durationNs[row] ?? 0;
    const bucket = bucketOf(durationNs);
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + weight;
    const seconds = durationNs / 1e9;
    cell.sum += seconds * weight;
    if (seconds > cell.max) cell.max = seconds;
    return domain;
  }

  /** Hands everything counted to the slices. */
  flush(): void {
    for (const cell of this.#filled) if (cell.filled) this.#empty(cell);
    this.#filled = [];
    if (this.#cellCount > slotCount / 2) this.#forgetCells();
  }

  #empty(cell: Cell): void {
    if (cell.series !== null) {
      this.#slices.add(cell.series, cell.startMs, { counts: Array.from(cell.counts), sum: cell.sum, max: cell.max });
      const { durationMs } = this.#slices.slotOf(cell.series, cell.startMs);
      this.#presence.mark(cell.series.signal, 'spans', cell.startMs, cell.startMs, durationMs);
      this.#presence.pace(cell.series.signal, 'spans', cell.startMs + sliceMs.fine - 1, null);
    }
    cell.counts.fill(0);
    cell.sum = 0;
    cell.max = 0;
    cell.filled = false;
  }

  #cell(domain: number, operation: number, flags: number): Cell {
    const other = ((operation + 1) << 4) | flags;
    let slot = (Math.imul(domain, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b)) >>> 16;
    for (;;) {
      const known = this.#domainKeys[slot] ?? -1;
      if (known === domain && this.#otherKeys[slot] === other) {
        const cell = this.#cells[slot];
        if (cell !== undefined) return cell;
      }
      if (known < 0) break;
      slot = (slot + 1) & (slotCount - 1);
    }
    const cell: Cell = {
      series: this.#series.find(this.#identity(domain, operation, flags)),
      counts: new Float64Array(bucketCount),
      startMs: -1,
      sum: 0,
      max: 0,
      filled: false,
    };
    if (this.#cellCount < slotCount - 1) {
      this.#domainKeys[slot] = domain;
      this.#otherKeys[slot] = other;
      this.#cells[slot] = cell;
      this.#cellCount += 1;
    }
    return cell;
  }

  #identity(domain: number, operation: number, flags: number): Omit<Series, 'id'> {
    const labels: Record<string, string> = { [label.domain]: this.#texts.text(domain) };
    if (operation >= 0) labels[label.operation] = this.#texts.text(operation);
    labels[label.entry] = (flags & 8) === 0 ? 'false' : 'true';
    labels[label.outcome] = outcomes[(flags >> 1) & 3] ?? 'ok';
    return {
      signal: metric.requestDuration,
      kind: 'histogram',
      source: 'spans',
      labels,
      synthetic: (flags & 1) === 1,
      bounds: durationBoundsSeconds,
    };
  }

  #mapDomain(body: Uint8Array, table: SpanTable, row: number, service: number): number {
    const found =
      this.#mapper?.(service < 0 ? '' : this.#texts.text(service), spanAttributes(body, table, row)) ?? null;
    return found === null ? -1 : this.#textNumber(found);
  }

  #forgetCells(): void {
    this.#domainKeys.fill(-1);
    this.#cells = [];
    this.#cellCount = 0;
  }

  #textNumber(text: string): number {
    return this.#texts.numberOf(text);
  }
}

/** Kernel buckets hold (bound below, bound]; both sides are whole nanoseconds, so a bound is met exactly. */
function bucketOf(durationNs: number): number {
  let low = 0;
  let high = boundsNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (durationNs <= (boundsNs[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One target: reads its page, hands its points on, remembers what was there and how it went. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { instanceKey } from '../metric-sender.ts';
import type { HandedTelemetry, Received } from '../receive-handed.ts';
import { fetchPage, type PageNetwork } from './fetch-page.ts';
import { labelText } from './label-text.ts';
import { pointsOf, type ScrapedPoint } from './page-points.ts';
import { parsePageInParts } from './parse-page.ts';
import { toOtlpBodies } from './points-to-otlp.ts';
import { type ScrapeTarget, shownAddress } from './target.ts';

/** What is known of a target. `up`: its last page was read whole; `unknown`: not read yet, or read and not stored. */
export interface ScrapeStatus {
  readonly url: string;
  readonly state: 'up' | 'down' | 'unknown';
  /** Unix ms; null before the first time. */
  readonly lastScrapeAt: number | null;
  readonly durationMs: number | null;
  readonly samples: number | null;
  /** Since the start: pages read and stored, pages that could not be read, pages read and not stored. */
  readonly reads: { readonly stored: number; readonly failed: number; readonly notStored: number };
  /** Why it is not up, or what of its page was left out; null when there is nothing to say. */
  readonly reason: string | null;
}

/** A page that is expected and does not come; `sender` is whose points it had. */
export interface SilentTarget {
  readonly sender: string;
  /** For people. */
  readonly reason: string;
}

/** What a target needs of the world. */
export interface WatchTools {
  readonly receive: (handed: HandedTelemetry) => Promise<Received>;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: PageNetwork;
}

/** What the last good page left behind. */
interface LastPage {
  readonly timeMs: number;
  readonly processStartMs: number | null;
  readonly levels: ReadonlyMap<string, ScrapedPoint>;
}

/** A process that says it began this much later is another one; less is its clock being set. */
const restartMs = 5_000;
/** DESIGN §4: a series is fresh for three times its export interval. */
const freshIntervals = 3;

/** One per target; `scrape` never throws and is not called again before it has ended. */
export class TargetWatch {
  readonly #target: ScrapeTarget;
  readonly #tools: WatchTools;
  readonly #shown: string;
  #status: ScrapeStatus;
  #last: LastPage | null = null;
  /** When its page was last read and stored, or it began to be watched, by the clock that only goes forward. */
  #heardMs: number;

  constructor(target: ScrapeTarget, tools: WatchTools) {
    this.#target = target;
    this.#tools = tools;
    this.#shown = shownAddress(target.url);
    this.#heardMs = tools.clock.monotonicMs();
    this.#status = {
      url: this.#shown,
      state: 'unknown',
      lastScrapeAt: null,
      durationMs: null,
      samples: null,
      reads: { stored: 0, failed: 0, notStored: 0 },
      reason: 'not read yet',
    };
  }

  status(): ScrapeStatus {
    return this.#status;
  }

  /** Null while its page comes, or may still come: three times its interval, as for every signal. */
  silence(): SilentTarget | null {
    const { everyMs, serviceName } = this.#target;
    const silentMs = this.#tools.clock.monotonicMs() - this.#heardMs;
    if (silentMs <= freshIntervals * everyMs) return null;
    const seconds = Math.round(silentMs / 1_000);
    const why = this.#status.reason === null ? '' : ` (${this.#status.reason})`;
    const reason = `${this.#shown} is to be read every ${everyMs / 1_000} s and has not been for ${seconds} s${why}`;
    return { sender: instanceKey(serviceName ?? '', this.#instance(), false), reason };
  }

  async scrape(): Promise<void> {
    const { clock } = this.#tools;
    const timeMs = clock.nowMs();
    const since = clock.monotonicMs();
    const outcome = await this.#read(timeMs);
    this.#say(outcome);
    if (outcome.state === 'up') this.#heardMs = since;
    const reads = countedIn(this.#status.reads, outcome.state);
    const durationMs = clock.monotonicMs() - since;
    this.#status = { url: this.#shown, ...outcome, reads, lastScrapeAt: timeMs, durationMs };
  }

  async #read(timeMs: number): Promise<Pick<ScrapeStatus, 'state' | 'samples' | 'reason'>> {
    let samples: number | null = null;
    let isRead = false;
    try {
      const { text, format } = await fetchPage(this.#target, this.#tools.network);
      const families = await parsePageInParts(text, format, { maxSamples: this.#target.sampleLimit });
      samples = families.reduce((total, family) => total + family.samples.length, 0);
      const { points, skipped, processStartMs } = pointsOf(families, timeMs);
      isRead = true;
      const received = await this.#hand([...this.#endings(points, processStartMs, timeMs), ...points]);
      this.#last = { timeMs, processStartMs, levels: levelsOf(points) };
      return { state: 'up', samples, reason: leftOut(skipped, received) };
    } catch (error) {
      if (isRead) return { state: 'unknown', samples, reason: `read, but not stored: ${messageOf(error)}` };
      await this.#goDown(timeMs);
      return {
        state: 'down',
        samples,
        reason: error instanceof AppError ? error.message : 'the page could not be read',
      };
    }
  }

  /** The levels that have left the page, and zero for every running total when the process has begun anew. */
  #endings(points: readonly ScrapedPoint[], processStartMs: number | null, timeMs: number): readonly ScrapedPoint[] {
    const last = this.#last;
    if (last === null || timeMs - last.timeMs < 2) return [];
    const present = levelsOf(points);
    const gone = [...last.levels].filter(([key]) => !present.has(key)).map(([, point]) => endAt(point, timeMs));
    const laterMs = (processStartMs ?? 0) - (last.processStartMs ?? Number.POSITIVE_INFINITY);
    if (laterMs <= restartMs) return gone;
    const restartedMs = Math.min(Math.max(processStartMs ?? 0, last.timeMs + 1), timeMs - 1);
    const totals = points.filter(({ shape, startMs }) => shape !== 'gauge' && startMs === 0);
    return [...gone, ...totals.map((point) => zeroAt(point, restartedMs))];
  }

  /** A level holds no longer once its target does not answer. */
  async #goDown(timeMs: number): Promise<void> {
    const last = this.#last;
    if (last === null || last.levels.size === 0) return;
    this.#last = { ...last, levels: new Map() };
    await this.#hand([...last.levels.values()].map((point) => endAt(point, timeMs))).catch(() => {});
  }

  async #hand(points: readonly ScrapedPoint[]): Promise<Received> {
    const { domain, serviceName, labels } = this.#target;
    const caller = this.#instance();
    const resource = { serviceName, domain, labels, instance: caller };
    let rejected = 0;
    const reasons = new Set<string>();
    for (const body of toOtlpBodies(points, resource)) {
      const received = await this.#tools.receive({
        telemetry: 'metrics',
        body,
        source: 'scrape',
        way: 'scrape',
        caller,
      });
      rejected += received.rejected;
      if (received.reason !== '') reasons.add(received.reason);
    }
    return { rejected, reason: [...reasons].join('; ') };
  }

  #instance(): string {
    const { host, pathname } = new URL(this.#target.url);
    return `${host}${pathname}`;
  }

  /** A line when the state changes; one a scrape would only be noise. */
  #say({ state, reason }: Pick<ScrapeStatus, 'state' | 'reason'>): void {
    if (state === this.#status.state) return;
    if (state !== 'up') this.#tools.log.warn({ url: this.#shown }, `scraping ${this.#shown}: ${reason}`);
    else this.#tools.log.info({ url: this.#shown }, `scraping ${this.#shown}: its page is read`);
  }
}

function countedIn(reads: ScrapeStatus['reads'], state: ScrapeStatus['state']): ScrapeStatus['reads'] {
  const { stored, failed, notStored } = reads;
  if (state === 'up') return { ...reads, stored: stored + 1 };
  return state === 'down' ? { ...reads, failed: failed + 1 } : { ...reads, notStored: notStored + 1 };
}

function levelsOf(points: readonly ScrapedPoint[]): ReadonlyMap<string, ScrapedPoint> {
  const levels = points.filter(({ shape }) => shape === 'gauge');
  return new Map(levels.map((point) => [`${point.name} ${labelText(point.labels)}`, point]));
}

function endAt(point: ScrapedPoint, timeMs: number): ScrapedPoint {
  return { ...point, timeMs, exemplars: [], isRecorded: false };
}

function zeroAt(point: ScrapedPoint, timeMs: number): ScrapedPoint {
  return { ...point, timeMs, value: 0, counts: point.counts.map(() => 0), exemplars: [] };
}

function leftOut(skipped: number, { rejected, reason }: Received): string | null {
  const parts = [
    ...(rejected > 0 ? [reason] : []),
    ...(skipped > 0
      ? [`${skipped} samples cannot be counted (quantiles of summaries, numbers that are not finite)`]
      : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

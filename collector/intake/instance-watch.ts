/** Which instances of an app have fallen silent while others of it send: told, not judged, since instances come and go. */
import { minuteMs, secondMs } from '../../src/kernel/duration.ts';
import type { Sender } from './metric-sender.ts';

/** One that is not heard of; `of` counts the service's instances, itself included. */
export interface SilentInstance {
  readonly service: string;
  readonly instance: string;
  readonly silentMs: number;
  readonly of: number;
}

interface Heard {
  readonly service: string;
  readonly instance: string;
  lastMs: number;
  /** Between two exports; null before the second. */
  intervalMs: number | null;
}

/** DESIGN §4: fresh for three times the interval. */
const freshIntervals = 3;
/** The parts of one export arrive within this time. */
const oneExportMs = secondMs;
const intervalGain = 0.25;
/** One that was heard of once is there for so long: the default interval of OpenTelemetry. */
const assumedMs = minuteMs;
/** After this an instance has ended, and ended ones are no news. */
const forgetMs = 15 * minuteMs;
const mostInstances = 4_096;

/** Times are Unix ms by the collector's clock. */
export class InstanceWatch {
  readonly #heard = new Map<string, Heard>();

  /** Metrics of it came. One without a name of its own is not told from others. */
  hear({ key, serviceName, instance, synthetic }: Sender, nowMs: number): void {
    if (instance === null || synthetic) return;
    const known = this.#heard.get(key);
    if (known === undefined) {
      if (this.#heard.size < mostInstances)
        this.#heard.set(key, { service: serviceName, instance, lastMs: nowMs, intervalMs: null });
      return;
    }
    const gapMs = nowMs - known.lastMs;
    if (gapMs < oneExportMs && gapMs >= 0) return;
    if (gapMs > 0)
      known.intervalMs =
        known.intervalMs === null ? gapMs : known.intervalMs + intervalGain * (gapMs - known.intervalMs);
    known.lastMs = nowMs;
  }

  /** Those that are silent while another of their service is not, by service and instance. */
  silent(nowMs: number): readonly SilentInstance[] {
    for (const [key, { lastMs }] of this.#heard) if (nowMs - lastMs > forgetMs) this.#heard.delete(key);
    const found: SilentInstance[] = [];
    for (const [service, instances] of Map.groupBy(this.#heard.values(), (one) => one.service)) {
      const silent = instances.filter((one) => isSilent(one, nowMs));
      if (!instances.some((one) => isHeard(one, nowMs))) continue;
      for (const { instance, lastMs } of silent)
        found.push({ service, instance, silentMs: nowMs - lastMs, of: instances.length });
    }
    return found.sort((left, right) =>
      `${left.service} ${left.instance}` < `${right.service} ${right.instance}` ? -1 : 1,
    );
  }
}

function isHeard({ lastMs, intervalMs }: Heard, nowMs: number): boolean {
  return nowMs - lastMs <= (intervalMs === null ? assumedMs : freshIntervals * intervalMs);
}

function isSilent({ lastMs, intervalMs }: Heard, nowMs: number): boolean {
  return intervalMs !== null && nowMs - lastMs > freshIntervals * intervalMs;
}

/** What a page took, read from its measurements and events: each figure once, in seconds. */
import { browserMeasurement, durationBoundsSeconds, label, metric } from '../../../src/kernel/conventions.ts';
import { secondMs } from '../../../src/kernel/duration.ts';
import { amountOf, timeMsOf } from './otlp-json.ts';
import type { FaroEvent, FaroMeasurement } from './payload.ts';

/** One figure; `id` names what must not be counted twice, null when nothing does. `timeMs` is Unix ms, the end of what was timed. */
export interface Timing {
  readonly signal: string;
  readonly value: number;
  readonly timeMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly id: string | null;
}

const webVitals = 'web-vitals';
const navigationEvent = 'faro.performance.navigation';
const actionEvent = 'faro.user.action';

const vitalSignals: Readonly<Record<string, string>> = {
  ttfb: metric.browserFirstByte,
  fcp: metric.browserFirstPaint,
  lcp: metric.browserLargestPaint,
  fid: metric.browserFirstInput,
  inp: metric.browserNextPaint,
  cls: metric.browserLayoutShift,
};

/** "Good" ends at 0.1, "poor" begins above 0.25 (web.dev, Cumulative Layout Shift). */
const layoutShiftBounds: readonly number[] = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2];

/** Bucket bounds of a browser's signal, in its unit. */
export function boundsOfTiming(signal: string): readonly number[] {
  return signal === metric.browserLayoutShift ? layoutShiftBounds : durationBoundsSeconds;
}

/** Null when it is a measurement of the app's own, which is no figure that is known here. */
export function timingsOfMeasurement(measurement: FaroMeasurement, nowMs: number): Timing[] | null {
  const { type, values, context, timestamp } = measurement;
  const timeMs = timeMsOf(timestamp, nowMs);
  if (type === browserMeasurement.pageLoad || type === browserMeasurement.interaction) {
    const ms = amountOf(values.duration);
    if (ms === null) return [];
    const isLoad = type === browserMeasurement.pageLoad;
    const labels: Record<string, string> = isLoad
      ? { [label.phase]: 'content' }
      : { [label.action]: textOf(context?.action) };
    const signal = isLoad ? metric.browserPageLoad : metric.browserInteraction;
    return [{ signal, value: ms / secondMs, timeMs, labels, id: null }];
  }
  if (type !== webVitals) return null;
  const id = context?.id;
  return Object.entries(vitalSignals).flatMap(([name, signal]): Timing[] => {
    const amount = amountOf(values[name]);
    if (amount === null) return [];
    const value = signal === metric.browserLayoutShift ? amount : amount / secondMs;
    return [{ signal, value, timeMs, labels: {}, id: typeof id === 'string' ? `${name} ${id}` : null }];
  });
}

/** The document's loading, or one action of the user; null for every other event. Both are stamped with their beginning. */
export function timingOfEvent(event: FaroEvent, nowMs: number): Timing | null {
  const { name, attributes = {}, timestamp } = event;
  if (name !== navigationEvent && name !== actionEvent) return null;
  const isLoad = name === navigationEvent;
  const whole = amountOf(isLoad ? attributes.duration : attributes.userActionDuration);
  const ms = isLoad && (whole ?? 0) === 0 ? amountOf(attributes.pageLoadTime) : whole;
  if (ms === null) return null;
  const begun = timeMsOf(timestamp, nowMs - ms);
  const labels: Record<string, string> = isLoad
    ? { [label.phase]: 'document' }
    : { [label.action]: textOf(attributes.userActionName) };
  const signal = isLoad ? metric.browserPageLoad : metric.browserInteraction;
  return { signal, value: ms / secondMs, timeMs: begun + ms, labels, id: null };
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, 80) : 'unnamed';
}

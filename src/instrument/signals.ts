/** Signals that an app records by itself: deliveries, durations, counters, gauges. Those of a probe's work are not counted. */
import { label, metric } from '../kernel/conventions.ts';
import type { Labels } from './cells.ts';
import { isProbeWork, keepGauge, observeLabelled, runtime } from './runtime.ts';

/** Unix ms. No `deliveredAtMs` = not seen within 60 s. */
export interface Delivery {
  readonly kind: 'message' | 'notification';
  readonly sentAtMs: number;
  readonly deliveredAtMs?: number;
  readonly channel?: string;
  readonly type?: string;
}

/** One observation of the delivery duration; an unseen one is counted above every bound, a clock that went back as 0 s. */
export function recordDelivery(delivery: Delivery): void {
  const { kind, sentAtMs, deliveredAtMs, channel, type } = delivery;
  const labels = {
    ...(channel === undefined ? {} : { [label.channel]: channel }),
    ...(type === undefined ? {} : { [label.type]: type }),
  };
  const seconds = deliveredAtMs === undefined ? unseenSeconds() : Math.max(0, deliveredAtMs - sentAtMs) / 1000;
  recordDuration(kind === 'message' ? metric.messageDelivery : metric.notificationDelivery, seconds, labels);
}

/** In the open bucket, so that an unseen delivery is never fast. */
function unseenSeconds(): number {
  return (runtime?.registry.bounds.at(-1) ?? 0) + 1;
}

/** One observation, in seconds. */
export function recordDuration(name: string, seconds: number, labels: Labels = {}): void {
  observeLabelled(name, labels, seconds);
}

/** Adds `by` (default 1) to a counter; a negative or not finite `by` is ignored, because a counter only grows. */
export function increment(name: string, labels: Labels = {}, by = 1): void {
  const current = runtime;
  if (current === null || !(by >= 0) || !Number.isFinite(by) || isProbeWork()) return;
  current.registry.counter(name, labels).value += by;
}

/**
 * Reads a gauge whenever metrics are collected, from the next `start` on when there is none yet; the returned function
 * ends it. A reader that throws or gives no finite number leaves no point.
 */
export function observeGauge(name: string, labels: Labels, read: () => number): () => void {
  return keepGauge({ name, labels, read });
}

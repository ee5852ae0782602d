/** Signals that an app records by itself: deliveries, durations, counters, gauges. */

/** Unix ms. No `deliveredAtMs` = not seen within 60 s. */
export interface Delivery {
  readonly kind: 'message' | 'notification';
  readonly sentAtMs: number;
  readonly deliveredAtMs?: number;
  readonly channel?: string;
  readonly type?: string;
}

/** One observation of the delivery duration; an unseen one is counted above the 60 s bound. */
export function recordDelivery(delivery: Delivery): void {
  void delivery;
}

/** One observation, in seconds. */
export function recordDuration(name: string, seconds: number, labels: Readonly<Record<string, string>> = {}): void {
  void [name, seconds, labels];
}

/** Adds `by` (default 1, ≥ 0) to a counter. */
export function increment(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
  void [name, labels, by];
}

/** Reads a gauge whenever metrics are collected; the returned function ends it. */
export function observeGauge(name: string, labels: Readonly<Record<string, string>>, read: () => number): () => void {
  void [name, labels, read];
  return () => {};
}

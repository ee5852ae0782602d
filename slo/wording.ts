/** Numbers as people read them; only for reasons and labels, never for arithmetic. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import type { BurnPair, PageDefinition, WindowDefinition } from './definition.ts';

/** 200 → `200 ms`. */
export function spokenDuration(ms: number): string {
  return formatDurationMs(ms).replace(/([a-z]+)$/, ' $1');
}

/** 0.95 → `95 %`; at most 5 significant digits. */
export function spokenShare(share: number): string {
  // Between 99 and 100 % the nines are what matters.
  const digits = share > 0.99 && share < 1 ? 5 : 3;
  return `${Number((share * 100).toPrecision(digits))} %`;
}

/** The id of a window in answers: `30d`, `5m`, `month`. */
export function windowName(window: WindowDefinition): string {
  return window.kind === 'calendar' ? window.unit : formatDurationMs(window.lengthMs);
}

/** A window inside a sentence: `the last 30d`, `this month`. */
export function spokenWindow(window: WindowDefinition): string {
  return window.kind === 'calendar' ? `this ${window.unit}` : `the last ${windowName(window)}`;
}

/** The page's limit: `p95 > 500 ms`, `errors > 1 %`, `down for 5 m`. */
export function pageThreshold(page: PageDefinition, target: number): string {
  switch (page.kind) {
    case 'latency':
      return `p${Number((target * 100).toPrecision(6))} > ${spokenDuration(page.atMostMs)}`;
    case 'errors':
      return `errors > ${spokenShare(page.above)}`;
    case 'down':
      return `down for ${spokenDuration(page.overMs)}`;
    default:
      return page satisfies never;
  }
}

/** `1h/5m 14.4×`. */
export function pairName(pair: BurnPair): string {
  return `${formatDurationMs(pair.longMs)}/${formatDurationMs(pair.shortMs)} ${pair.factor}×`;
}

/** `1 failure`, `3 failures`. */
export function counted(count: number, noun: string): string {
  return `${shownCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whole as it is, weighted with one decimal. */
export function shownCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** Times for people: relative beside absolute, always UTC. */
import { durationText, noNumber } from './number.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Older than this, the watermark is stale and the page says so (ms). */
export const staleAfterMs = 60_000;

/** An age as words: "now", "24 s", "3 min", "5 h", "12 d". Negative ages (clock skew) are "now". */
export function ageText(ageMs: number | null): string {
  if (ageMs === null) return noNumber;
  if (ageMs < 1000) return 'now';
  if (ageMs < 2 * minuteMs) return `${Math.floor(ageMs / 1000)} s`;
  if (ageMs < 2 * hourMs) return `${Math.floor(ageMs / minuteMs)} min`;
  if (ageMs < 2 * dayMs) return `${Math.floor(ageMs / hourMs)} h`;
  return `${Math.floor(ageMs / dayMs)} d`;
}

/** An age as part of a sentence: "just now", "24 s ago". */
export function agoText(ageMs: number | null): string {
  const age = ageText(ageMs);
  return age === 'now' ? 'just now' : age === noNumber ? noNumber : `${age} ago`;
}

/** "2026-03-04 12:04:20 UTC"; an unreadable or absent time is "–". */
export function absoluteText(iso: string | null): string {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms)) return noNumber;
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** "4 Mar" in UTC, for ISO times and for plain days (YYYY-MM-DD). */
export function dayText(iso: string | null): string {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms)) return noNumber;
  return new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** A window's name as words: "30d" → "30 days", "5m" → "5 min", "1h" → "1 hour"; others stay. */
export function windowText(window: string): string {
  const match = /^(\d+)(s|m|h|d)$/.exec(window);
  if (!match) return window;
  const [, amount = '', unit = ''] = match;
  const words: Record<string, string> = {
    s: 's',
    m: 'min',
    h: amount === '1' ? 'hour' : 'hours',
    d: amount === '1' ? 'day' : 'days',
  };
  return `${amount} ${words[unit] ?? unit}`;
}

export { durationText };

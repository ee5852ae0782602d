/** Durations as people write them (`200ms`, `30d`) and as the product counts them (ms). */
import { AppError } from './errors.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/**
 * `200ms`, `1.5s`, `5m`, `1h`, `30d` → ms, > 0.
 * @throws CONFIG_INVALID for anything else
 */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const factor = unitMs[match?.[2] ?? ''];
  const value = Number(match?.[1]) * (factor ?? Number.NaN);
  if (!Number.isFinite(value) || value <= 0) {
    throw new AppError(
      'CONFIG_INVALID',
      `duration "${text}" is not understood; write a positive number with ms, s, m, h or d, such as 200ms or 30d`,
    );
  }
  return value;
}

/** The shortest exact spelling: 300000 → `5m`, 1500 → `1500ms`. */
export function formatDurationMs(ms: number): string {
  for (const [unit, factor] of [
    ['d', dayMs],
    ['h', hourMs],
    ['m', minuteMs],
    ['s', secondMs],
  ] as const) {
    if (ms >= factor && ms % factor === 0) return `${ms / factor}${unit}`;
  }
  return `${ms}ms`;
}

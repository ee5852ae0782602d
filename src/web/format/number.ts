/** Numbers for people: three significant figures, a unit on each, digits grouped by a thin space. */

const thin = '\u202f';
const minus = '\u2212';
/** What stands where no number is known. */
export const noNumber = '–';

/** Three significant figures: 0.1234 → "0.123", 12 → "12", 1234 → "1 230"; integers below 1000 keep no decimals. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return noNumber;
  const size = Math.abs(value);
  const text = Number.isInteger(value) && size < 1000 ? String(size) : shorten(size);
  return value < 0 ? minus + text : text;
}

/** Digits grouped by threes: 1234567 → "1 234 567". */
export function grouped(value: number): string {
  const text = String(Math.round(Math.abs(value))).replace(/\B(?=(\d{3})+$)/g, thin);
  return value < 0 ? minus + text : text;
}

/** A number of things: exact below 10 000, else "12.4 k", "1.24 M", "3.02 G". */
export function countText(value: number | null): string {
  if (value === null) return noNumber;
  if (Math.abs(value) < 10_000) return Number.isInteger(value) ? grouped(value) : significant(value);
  return scaled(value, ['', 'k', 'M', 'G', 'T']);
}

/** Bytes in decimal units (GB = 10⁹). */
export function bytesText(value: number | null): string {
  return value === null ? noNumber : scaled(value, ['B', 'kB', 'MB', 'GB', 'TB']);
}

/** A duration in ms: "214 ms", "6 420 ms" below 10 s, then "12.3 s", "5.2 min", "3.1 h", "12 d". */
export function durationText(ms: number | null): string {
  if (ms === null) return noNumber;
  const size = Math.abs(ms);
  if (size > 0 && size < 0.01) return '<0.01 ms';
  if (size < 10_000) return `${significant(ms)} ms`;
  if (size < 120_000) return `${significant(ms / 1000)} s`;
  if (size < 7_200_000) return `${significant(ms / 60_000)} min`;
  if (size < 172_800_000) return `${significant(ms / 3_600_000)} h`;
  return `${significant(ms / 86_400_000)} d`;
}

/** A ratio as percent, three significant figures: 0.384 → "38.4 %", −0.2 → "−20 %". */
export function percentText(ratio: number | null): string {
  if (ratio === null) return noNumber;
  return `${significant(Number((ratio * 100).toPrecision(12)))} %`;
}

/**
 * A share (0..1) beside its target: with as many decimals as it takes not to look like the target or like 100 % when it
 * is neither. 0.9496 against 0.95 → "94.96 %", never "95.0 %".
 */
export function shareText(ratio: number | null, target: number): string {
  if (ratio === null) return noNumber;
  const percent = ratio * 100;
  const goal = target * 100;
  for (let decimals = percent > 99 ? 2 : 1; decimals < 7; decimals += 1) {
    const shown = Number(percent.toFixed(decimals));
    const misleads =
      (shown === goal && ratio !== target) || (shown === 100 && ratio !== 1) || (shown === 0 && ratio !== 0);
    if (!misleads) return `${ratio === 1 || ratio === 0 ? String(shown) : percent.toFixed(decimals)} %`;
  }
  return `${percent.toPrecision(12)} %`;
}

/** A target as the document has it: 0.999 → "99.9 %", 0.95 → "95 %". */
export function targetText(ratio: number): string {
  return `${Number((ratio * 100).toFixed(6))} %`;
}

/** A value in a documented unit, such as a trigger's: (6.4, "s") → "6.4 s". */
export function valueText(value: number | null, unit: string): string {
  if (value === null) return noNumber;
  const text = Math.abs(value) >= 10_000 ? countText(value) : significant(value);
  return unit === '' ? text : `${text}${unit === '%' ? thin : ' '}${unit}`;
}

/** Good over total; null without events. */
export function shareOf(good: number | null, total: number | null): number | null {
  return good === null || total === null || total === 0 ? null : good / total;
}

function shorten(size: number): string {
  const rounded = Number(size.toPrecision(3));
  if (rounded >= 1000) return grouped(rounded);
  if (rounded >= 100) return String(rounded);
  if (rounded !== 0 && rounded < 0.001) return '<0.001';
  return rounded
    .toPrecision(3)
    .replace(/\.0+$/, '')
    .replace(/(\.\d*?)0+$/, '$1');
}

function scaled(value: number, units: readonly string[]): string {
  let step = 0;
  let rest = value;
  while (Math.abs(Number(rest.toPrecision(3))) >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step += 1;
  }
  const unit = units[step] ?? '';
  return unit === '' ? significant(rest) : `${significant(rest)} ${unit}`;
}

/** Pieces of OTLP/JSON that the conversions share. */

/** One attribute as OTLP/JSON carries it. */
export interface JsonAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly doubleValue: number } | { readonly boolValue: boolean };
}

export type AttributeValue = string | number | boolean | null | undefined;

const longestValue = 4_096;
/** A stack of fifty frames with long addresses. */
const longestStack = 16_384;

/** Absent and empty ones are left out; long texts are cut. */
export function attributesOf(values: Readonly<Record<string, AttributeValue>>): JsonAttribute[] {
  return Object.entries(values).flatMap(([key, value]): JsonAttribute[] => {
    if (value === null || value === undefined || value === '') return [];
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
    if (typeof value === 'number') return Number.isFinite(value) ? [{ key, value: { doubleValue: value } }] : [];
    const longest = key === 'exception.stacktrace' ? longestStack : longestValue;
    return [{ key, value: { stringValue: value.slice(0, longest) } }];
  });
}

/** The RFC 3339 time as Unix ms; `otherwise` when it cannot be read. */
export function timeMsOf(timestamp: string | undefined, otherwise: number): number {
  const ms = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isFinite(ms) && ms > 0 ? ms : otherwise;
}

/** Unix ms, with a fraction or without, as nanoseconds. */
export function nanosOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}

/** The id in lower case when it has `digits` hexadecimal digits that are not all zero, else null. */
export function hexIdOf(value: unknown, digits: 16 | 32): string | null {
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-fA-F]+$/.test(value)) return null;
  return /^0+$/.test(value) ? null : value.toLowerCase();
}

/** A number, or text that is one; null for anything else and for what is below zero. */
export function amountOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

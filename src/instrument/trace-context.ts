/** W3C trace context and baggage as text: parse what came in, write what goes out. Pure. */
import { probeTraceState } from '../kernel/conventions.ts';

/**
 * A parsed `traceparent`; ids are lower-case hex. `traceState` is the raw header, null when absent; of a probe its mark stands first.
 */
export interface RemoteParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly traceState: string | null;
  /** True when the tracestate holds the mark of a synthetic probe. */
  readonly isProbe: boolean;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const maxBaggageBytes = 8192;
const maxBaggageMembers = 64;
const maxTraceStateLength = 512;
const maxTraceStateMembers = 32;
/** Node takes headers of up to 16 KiB in all; a longer list is not looked into. */
const longestReadTraceState = 8192;
const probeKey = probeTraceState.slice(0, probeTraceState.indexOf('=') + 1);

/**
 * Null for anything that W3C Trace Context tells us to ignore: upper case, all-zero ids, version ff, a version 00 that is
 * too long. A higher version is read by its first 55 characters.
 */
export function parseTraceparent(traceparent: unknown, traceState: unknown): RemoteParent | null {
  if (typeof traceparent !== 'string') return null;
  const match = form.exec(traceparent.trim());
  const [, version, traceId, spanId, flags, rest] = match ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  if (isProbeTraceState(traceState)) {
    return { traceId, spanId, sampled, traceState: withProbeMark(traceState), isProbe: true };
  }
  const state = typeof traceState === 'string' && traceState.length <= maxTraceStateLength ? traceState : null;
  return { traceId, spanId, sampled, traceState: state || null, isProbe: false };
}

/** True when one list member of the tracestate is exactly the mark of a probe; spaces around members are legal. */
export function isProbeTraceState(traceState: unknown): traceState is string {
  if (typeof traceState !== 'string' || !traceState.includes(probeTraceState)) return false;
  return traceState.length <= longestReadTraceState && traceState.split(',').some(isProbeMember);
}

/**
 * The tracestate with the probe's mark as its first member, where W3C Trace Context wants the member that was written last. The other
 * members follow in order; those at the end are left out above 32 members or 512 characters.
 */
export function withProbeMark(traceState: string | null): string {
  const kept = [probeTraceState];
  let length = probeTraceState.length;
  for (const part of (traceState ?? '').slice(0, longestReadTraceState).split(',')) {
    const member = part.trim();
    if (member === '' || member.startsWith(probeKey)) continue;
    if (kept.length >= maxTraceStateMembers || length + 1 + member.length > maxTraceStateLength) break;
    kept.push(member);
    length += 1 + member.length;
  }
  return kept.join(',');
}

function isProbeMember(member: string): boolean {
  return member.trim() === probeTraceState;
}

/** Always version 00. */
export function formatTraceparent(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** The value of `key` in a baggage header, percent-decoded; null when absent or when the header is over the W3C limit. */
export function baggageValue(baggage: unknown, key: string): string | null {
  return baggageEntries(baggage)[key] ?? null;
}

/** Every member of a baggage header, percent-decoded, properties left aside; empty when it is over the W3C limit. */
export function baggageEntries(baggage: unknown): Readonly<Record<string, string>> {
  const pairs = membersOf(baggage).flatMap((member) => {
    const pair = member.split(';', 1)[0] ?? '';
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals).trim();
    return equals < 1 || key === '' ? [] : [[key, percentDecoded(pair.slice(equals + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

/** `baggage` with `key` set to `value`; whole members are dropped from the end to stay within 64 members and 8192 bytes. */
export function withBaggage(baggage: string | null, key: string, value: string): string {
  const own = `${key}=${encodeURIComponent(value)}`;
  const kept = [own];
  let length = own.length;
  for (const member of membersOf(baggage)) {
    if (member.split('=', 1)[0]?.trim() === key) continue;
    if (kept.length >= maxBaggageMembers || length + 1 + member.length > maxBaggageBytes) break;
    kept.push(member);
    length += 1 + member.length;
  }
  return kept.join(',');
}

/** The sampling threshold of `ratio` as tracestate carries it (`ot=th:`): 56 bits in hex without trailing zeros. */
export function thresholdText(ratio: number): string {
  const text = thresholdOf(ratio).toString(16).padStart(14, '0').replace(/0+$/, '');
  return text === '' ? '0' : text;
}

/** Sampled when the 56 random bits of the trace id are at or above this; ratio 0..1. */
export function thresholdOf(ratio: number): bigint {
  const clamped = Math.min(1, Math.max(0, ratio));
  return BigInt(Math.round((1 - clamped) * 2 ** 48)) << 8n;
}

/** True when a trace with this id belongs to the sample; the same answer in every service with the same ratio. */
export function isInSample(traceId: string, threshold: bigint): boolean {
  return BigInt(`0x${traceId.slice(18)}`) >= threshold;
}

function membersOf(baggage: unknown): string[] {
  if (typeof baggage !== 'string' || baggage.length === 0 || baggage.length > maxBaggageBytes) return [];
  return baggage
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member.includes('='));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Identifiers: UUIDv7, trace and span ids, and the check of a correlation ID that came from outside. */
import { randomFillSync } from 'node:crypto';

/** Fills the bytes it is given; the product's only source of randomness is passed in as one of these. */
export type RandomBytes = (target: Uint8Array) => void;

/** Cryptographic randomness of the machine. */
export const systemRandomBytes: RandomBytes = (target) => {
  randomFillSync(target);
};

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hex[byte];
  return text;
}

/** A time-ordered UUID (RFC 9562 §5.7): 48 bits of Unix ms, then randomness. */
export function uuidv7(nowMs: number, random: RandomBytes = systemRandomBytes): string {
  const bytes = new Uint8Array(16);
  random(bytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(nowMs / 2 ** 32));
  view.setUint32(2, nowMs >>> 0);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const text = toHex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** Seeded randomness in [0, 1) (mulberry32); for tests and simulated data, never for ids that must be unguessable. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const correlationIdForm = /^[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}$/;

/** True when a caller's correlation ID may be kept: 1–128 characters, letters, digits and `._:@/+=-`, starting with a letter or digit. */
export function isCorrelationId(value: unknown): value is string {
  return typeof value === 'string' && correlationIdForm.test(value);
}

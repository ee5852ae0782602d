/** The 32-bit tags under which a frame is found: of a trace id and of a correlation ID. Tags collide; a hit is verified by reading. */

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** Tag of the 16-byte trace id at `offset`: its first and its last four bytes, little-endian, XORed. 0 ≤ tag < 2³². */
export function traceTag(bytes: Uint8Array, offset: number): number {
  return (wordAt(bytes, offset) ^ wordAt(bytes, offset + 12)) >>> 0;
}

/** Tag of the UTF-8 bytes in [start, end): FNV-1a, 32 bits. 0 ≤ tag < 2³². */
export function textTag(bytes: Uint8Array, start: number, end: number): number {
  let hash = fnvOffset;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), fnvPrime);
  return hash >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** Refuses JSON that would take far more memory or time than it says, before it is parsed. */

/** Smaller bodies can do no harm. */
const harmlessBytes = 262_144;
/** A full body of 64 MiB of usual spans holds about 5 M values. */
const mostValues = 8_000_000;
/** OTLP itself nests about a dozen levels, attribute values as many again. */
export const deepest = 512;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** What is wrong with the body, else null. One look at every byte. */
export function jsonExcess(body: Uint8Array): string | null {
  if (body.length <= harmlessBytes) return null;
  let values = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === quote) at = stringEnd(body, at + 1);
    else if (byte === comma) values += 1;
    // `[` and `{`, `]` and `}` differ in one bit.
    else if ((byte | 0x20) === 0x7b) {
      values += 1;
      depth += 1;
      if (depth > deepest) return `is nested deeper than ${deepest}`;
    } else if ((byte | 0x20) === 0x7d) depth -= 1;
  }
  return values > mostValues ? `holds more than ${mostValues} values; send smaller batches` : null;
}

/** Position of the closing quote. */
function stringEnd(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at;
}

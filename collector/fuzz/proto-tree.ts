/** Protobuf bytes as a tree of fields, without knowing the messages: what looks like a message is taken apart. */
import { varint } from './encode.ts';

/** `inner` is there when the bytes of a length-delimited field can be read as a message. */
export interface TreeField {
  number: number;
  wireType: number;
  /** The value as it stands, without its length. */
  bytes: Uint8Array;
  inner: TreeField[] | null;
}

const deepest = 8;

/** Null when the bytes are no message. */
export function treeOf(bytes: Uint8Array, depth = 0): TreeField[] | null {
  const fields: TreeField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = smallVarint(bytes, at);
    if (tag === null || tag.value < 8) return null;
    const wireType = tag.value & 7;
    const length = wireType === 2 ? smallVarint(bytes, tag.end) : null;
    const from = length?.end ?? tag.end;
    const size = wireType === 2 ? length?.value : fixedSize(bytes, wireType, from);
    if (size === undefined || size === null || from + size > bytes.length) return null;
    const value = bytes.subarray(from, from + size);
    const inner = wireType === 2 && size > 0 && depth < deepest ? treeOf(value, depth + 1) : null;
    fields.push({ number: tag.value >>> 3, wireType, bytes: value, inner });
    at = from + size;
  }
  return fields;
}

/** The bytes of a tree, with every length as it must be. */
export function bytesOf(fields: readonly TreeField[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ number, wireType, bytes, inner }) => {
      const value = inner === null ? bytes : bytesOf(inner);
      const head = varint(BigInt(number * 8 + wireType));
      return wireType === 2 ? [head, varint(BigInt(value.length)), value] : [head, value];
    }),
  );
}

function fixedSize(bytes: Uint8Array, wireType: number, from: number): number | null {
  if (wireType === 1) return 8;
  if (wireType === 5) return 4;
  if (wireType !== 0) return null;
  for (let length = 1; length <= 10 && from + length <= bytes.length; length += 1) {
    if ((bytes[from + length - 1] ?? 0) < 0x80) return length;
  }
  return null;
}

function smallVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let index = 0; index < 4 && from + index < bytes.length; index += 1) {
    const byte = bytes[from + index] ?? 0;
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return null;
}

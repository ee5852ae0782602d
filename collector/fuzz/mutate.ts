/** Spoils valid bodies: bytes, lengths, whole fields, JSON members. Never changes what it is given. */
import { bytesOf, type TreeField, treeOf } from './proto-tree.ts';
import type { Draw } from './random.ts';

const hugeVarints = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x08],
];
const oddBytes = [0x00, 0x01, 0x07, 0x0a, 0x12, 0x7f, 0x80, 0xff];
const oddJson = [
  ...['null', 'true', '[]', '{}', '""', '-1', '0', '1e308', '1e999', '-0', '0.1', '18446744073709551616', '"NaN"'],
  ...[
    '"-Infinity"',
    '"\\ud800"',
    '"9223372036854775808"',
    '"0x10"',
    '"zz"',
    '[null]',
    '{"__proto__":1}',
    '{"values":7}',
  ],
];
const jsonTokens = ['{', '}', '[', ']', ',', ':', '"', '\\', 'null', 'NaN', '\u0000', '//', '1e', '"a":'];

/** One to four changes to a protobuf body; `other` is a body to take parts from. */
export function mutateProtobuf(body: Uint8Array, other: Uint8Array, draw: Draw): Buffer {
  let bytes: Buffer = Buffer.from(body);
  for (let left = 1 + draw(4); left > 0; left -= 1) {
    bytes = draw(2) === 0 ? changeTree(bytes, draw) : changeBytes(bytes, other, draw);
  }
  return bytes;
}

/** One to three changes to a JSON body. */
export function mutateJson(body: Uint8Array, other: Uint8Array, draw: Draw): Buffer {
  let bytes: Buffer = Buffer.from(body);
  for (let left = 1 + draw(3); left > 0; left -= 1) {
    bytes = draw(6) === 0 ? changeBytes(bytes, other, draw) : changeJson(bytes.toString(), draw);
  }
  return bytes;
}

/** Text of any kind: bytes and JSON tokens. */
export function mutateText(body: Uint8Array, other: Uint8Array, draw: Draw): Buffer {
  let bytes: Buffer = Buffer.from(body);
  for (let left = 1 + draw(4); left > 0; left -= 1) bytes = changeBytes(bytes, other, draw);
  return bytes;
}

function changeBytes(bytes: Buffer, other: Uint8Array, draw: Draw): Buffer {
  const at = draw(bytes.length + 1);
  const head = bytes.subarray(0, at);
  switch (draw(8)) {
    case 0:
    case 1:
      return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << draw(8)));
    case 2:
      return withByte(bytes, at, oddBytes[draw(oddBytes.length)] ?? 0);
    case 3:
      return Buffer.from(head);
    case 4:
      return Buffer.concat([head, Buffer.from(hugeVarints[draw(hugeVarints.length)] ?? []), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([head, bytes.subarray(at + 1 + draw(8))]);
    case 6:
      return Buffer.concat([head, other.subarray(draw(other.length + 1))]);
    default:
      return Buffer.concat([head, bytes.subarray(draw(at + 1), at), bytes.subarray(at)]);
  }
}

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = value;
  return copy;
}

/** Changes one field anywhere in the message; all lengths around it stay right, so that the decoder gets that far. */
function changeTree(bytes: Buffer, draw: Draw): Buffer {
  const root = treeOf(bytes);
  if (root === null || root.length === 0) return bytes;
  let fields = root;
  for (;;) {
    const inner = fields[draw(fields.length)]?.inner;
    if (inner === null || inner === undefined || inner.length === 0 || draw(5) === 0) break;
    fields = inner;
  }
  changeField(fields, draw(fields.length), draw);
  return bytesOf(root);
}

function changeField(fields: TreeField[], at: number, draw: Draw): void {
  const field = fields[at];
  if (field === undefined) return;
  switch (draw(8)) {
    case 0:
      fields.splice(draw(fields.length), 0, { ...field });
      return;
    case 1:
      fields.splice(at, 1);
      return;
    case 2:
      fields.push(...fields.splice(0, at));
      return;
    case 3:
      fields[at] = { ...field, number: 1 + draw(20) };
      return;
    case 4:
      fields[at] = { ...field, wireType: draw(8), inner: null };
      return;
    case 5:
      fields[at] = {
        ...field,
        wireType: 0,
        bytes: Buffer.from(hugeVarints[draw(hugeVarints.length)] ?? []),
        inner: null,
      };
      return;
    case 6:
      fields[at] = nest(field, 1 + draw(60), draw);
      return;
    default:
      fields[at] = { ...field, bytes: field.bytes.subarray(0, draw(field.bytes.length + 1)), inner: null };
  }
}

/** The field inside copies of itself: lists in lists for an attribute value. */
function nest(field: TreeField, levels: number, draw: Draw): TreeField {
  let inner: TreeField = field;
  for (let level = 0; level < levels; level += 1) {
    const number = draw(3) === 0 ? field.number : 5;
    inner = { number, wireType: 2, bytes: new Uint8Array(0), inner: [{ ...inner, number: 1 + draw(2) }] };
  }
  return { ...inner, number: field.number };
}

/** Replaces, repeats, or nests a value of the text, or puts a token anywhere. */
function changeJson(text: string, draw: Draw): Buffer {
  const start = Math.max(text.indexOf(':', draw(text.length + 1)) + 1, 0);
  const end =
    start + (/^(?:"(?:[^"\\]|\\.)*"|[-\w.]+|\[\]|\{\})/.exec(text.slice(start, start + 400))?.[0].length ?? 1);
  const value = text.slice(start, end);
  switch (draw(5)) {
    case 0:
    case 1:
      return Buffer.from(text.slice(0, start) + (oddJson[draw(oddJson.length)] ?? '') + text.slice(end));
    case 2:
      return Buffer.from(text.slice(0, start) + deep(value, draw) + text.slice(end));
    case 3:
      return Buffer.from(text.slice(0, start) + (jsonTokens[draw(jsonTokens.length)] ?? '') + text.slice(start));
    default:
      return Buffer.from(`${text.slice(0, end)},"x${draw(9)}":${value}${text.slice(end)}`);
  }
}

function deep(value: string, draw: Draw): string {
  const levels = 1 + draw(draw(20) === 0 ? 2_000 : 30);
  const [open, close] = draw(2) === 0 ? ['[', ']'] : ['{"arrayValue":{"values":[', ']}}'];
  return open.repeat(levels) + value + close.repeat(levels);
}

/**
 * Encodes OTLP messages after the schema, in protobuf and in JSON. Written apart from the product's own writer, so that one does not
 * hide the mistakes of the other.
 */
import { AppError } from '../../src/kernel/errors.ts';
import { type Field, otlpSchema } from './otlp-schema.ts';

/** A message as a plain object: integers of 64 bits as bigint, ids and bytes as Uint8Array, names as in JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** Draws where protobuf or JSON leave a choice; 0 ≤ answer < `below`. */
export type Choose = (below: number) => number;

/** Always the first way. */
export const plainly: Choose = () => 0;

/** Protobuf. `choose` decides the order of the fields. */
export function toProtobuf(type: string, message: Message, choose: Choose = plainly): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(message)) {
    const field = fieldOf(type, name);
    if (field === null || value === undefined) continue;
    const written = field.isList ? listField(field, value, choose) : [oneField(field, value, choose)];
    if (choose(2) === 0) parts.push(...written);
    else parts.unshift(...written);
  }
  return Buffer.concat(parts);
}

/** JSON text. `choose` decides between numbers and texts, and the case of ids. */
export function toJson(type: string, message: Message, choose: Choose = plainly): string {
  return JSON.stringify(jsonMessage(type, message, choose));
}

function fieldOf(type: string, name: string): Field | null {
  return otlpSchema[type]?.[name] ?? null;
}

function listField(field: Field, value: unknown, choose: Choose): Buffer[] {
  const values = value as readonly unknown[];
  const isPacked = ['double', 'fixed64', 'uint64'].includes(field.form);
  if (!isPacked || choose(4) === 3) return values.map((entry) => oneField(field, entry, choose));
  const packed = Buffer.concat(values.map((entry) => scalar(field, entry).bytes));
  return values.length === 0 ? [] : [tagged(field, 2, Buffer.concat([varint(BigInt(packed.length)), packed]))];
}

function oneField(field: Field, value: unknown, choose: Choose): Buffer {
  if (otlpSchema[field.form] === undefined) {
    const { wireType, bytes } = scalar(field, value);
    return tagged(field, wireType, bytes);
  }
  const inner = toProtobuf(field.form, value as Message, choose);
  return tagged(field, 2, Buffer.concat([varint(BigInt(inner.length)), inner]));
}

function tagged(field: Field, wireType: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt(field.number * 8 + wireType)), bytes]);
}

function scalar({ form }: Field, value: unknown): { readonly wireType: number; readonly bytes: Buffer } {
  switch (form) {
    case 'text':
      return withLength(Buffer.from(value as string));
    case 'bytes':
    case 'id':
      return withLength(Buffer.from(value as Uint8Array));
    case 'bool':
      return { wireType: 0, bytes: varint(value === true ? 1n : 0n) };
    case 'enum':
    case 'uint32':
    case 'int64':
    case 'uint64':
      return { wireType: 0, bytes: varint(BigInt(value as number | bigint)) };
    case 'sint32':
      return { wireType: 0, bytes: varint(zigzag(BigInt(value as number))) };
    case 'fixed64':
    case 'sfixed64':
      return { wireType: 1, bytes: fixed64(value as bigint) };
    case 'fixed32':
      return { wireType: 5, bytes: Buffer.from(Uint32Array.of(value as number).buffer) };
    case 'double':
      return { wireType: 1, bytes: Buffer.from(Float64Array.of(value as number).buffer) };
    default:
      throw new AppError('INTERNAL', `the schema has no form "${form}"`);
  }
}

function withLength(bytes: Buffer): { readonly wireType: number; readonly bytes: Buffer } {
  return { wireType: 2, bytes: Buffer.concat([varint(BigInt(bytes.length)), bytes]) };
}

/** An unsigned 64-bit varint. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value * 2n : -value * 2n - 1n;
}

function fixed64(value: bigint): Buffer {
  return Buffer.from(BigUint64Array.of(BigInt.asUintN(64, value)).buffer);
}

function jsonMessage(type: string, message: Message, choose: Choose): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    const field = fieldOf(type, name);
    if (field === null || value === undefined) continue;
    result[name] = field.isList
      ? (value as readonly unknown[]).map((entry) => jsonValue(field, entry, choose))
      : jsonValue(field, value, choose);
  }
  return result;
}

function jsonValue({ form }: Field, value: unknown, choose: Choose): unknown {
  switch (form) {
    case 'id': {
      const hex = Buffer.from(value as Uint8Array).toString('hex');
      return choose(2) === 0 ? hex : hex.toUpperCase();
    }
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return Number.isSafeInteger(Number(value)) && choose(2) === 1 ? Number(value) : String(value);
    case 'double':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
    default:
      return otlpSchema[form] === undefined ? value : jsonMessage(form, value as Message, choose);
  }
}

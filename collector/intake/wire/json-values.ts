/** Reads the JSON mapping of OTLP leniently where it is ambiguous, strictly where structure is wrong. */
import { AppError, messageOf } from '../../../src/kernel/errors.ts';
import { jsonExcess } from './json-guard.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Nesting beyond this is refused: nobody sends it, and it would exhaust the stack. */
export const maxDepth = 64;

/** The error for JSON that is not OTLP; `path` names the member. */
export function malformedJson(path: string, what: string): AppError {
  return new AppError('OTLP_MALFORMED', `the body is not valid OTLP JSON: ${path} ${what}`, { details: { path } });
}

/** The parsed body. @throws OTLP_MALFORMED when it is no JSON object; the message names the position */
export function parseJsonBody(body: Uint8Array): JsonObject {
  const excess = jsonExcess(body);
  if (excess !== null) throw malformedJson('the body', excess);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw malformedJson('the body', `cannot be parsed (${messageOf(error).slice(0, 120)})`);
  }
  return objectOf(parsed, 'the body');
}

/** An object; absent or null is empty. The place in an error is `path`, or its `member`. @throws OTLP_MALFORMED for anything else */
export function objectOf(value: unknown, path: string, member = ''): JsonObject {
  if (value === undefined || value === null) return nothing;
  if (typeof value !== 'object' || Array.isArray(value))
    throw malformedJson(placeOf(path, member), 'must be an object');
  return value as JsonObject;
}

/** A list of objects; absent or null is empty. The place in an error is `path`, or its `member`. @throws OTLP_MALFORMED for anything else */
export function objectsOf(value: unknown, path: string, member = ''): readonly JsonObject[] {
  if (value === undefined || value === null) return none;
  if (!Array.isArray(value)) throw malformedJson(placeOf(path, member), 'must be a list');
  for (let index = 0; index < value.length; index += 1) {
    const entry: unknown = value[index];
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) continue;
    if (entry !== undefined && entry !== null)
      throw malformedJson(`${placeOf(path, member)}[${index}]`, 'must be an object');
    return value.map((one: unknown) => objectOf(one, path));
  }
  return value;
}

const nothing: JsonObject = {};
const none: readonly JsonObject[] = [];

/** Put together only for an error: there are many places in a body and few errors. */
function placeOf(path: string, member: string): string {
  return member === '' ? path : `${path}.${member}`;
}

/** A text; anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A 64-bit integer, signed or unsigned, sent as decimal text or as a number; anything else is null. */
export function integerOf(value: unknown): bigint | null {
  let integer: bigint | null = null;
  if (typeof value === 'number' && Number.isFinite(value)) integer = BigInt(Math.trunc(value));
  else if (typeof value === 'string' && /^\s*-?\d{1,20}\s*$/.test(value)) integer = BigInt(value.trim());
  return integer === null || integer < lowestInteger || integer > highestInteger ? null : integer;
}

const lowestInteger = -(2n ** 63n);
const highestInteger = 2n ** 64n - 1n;

/** A small integer (enum, flags, count), 0 when it is anything else. */
export function smallIntegerOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && value >= 0 && value < 4_294_967_296) return Math.trunc(value);
  return Number(BigInt.asUintN(32, integerOf(value) ?? 0n));
}

/** A double, also as the texts of proto3 JSON (`NaN`, `Infinity`, `-Infinity`, decimal); anything else is null. */
export function doubleOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isNaN(number) && value !== 'NaN' ? null : number;
}

/** Bytes of a hexadecimal id in either case; empty when it is no whole number of hex bytes. */
export function idBytesOf(value: unknown): Uint8Array {
  return typeof value === 'string' && /^(?:[0-9a-fA-F]{2})*$/.test(value)
    ? Buffer.from(value, 'hex')
    : new Uint8Array(0);
}

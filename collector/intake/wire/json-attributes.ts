/** Attributes in JSON, as values for labels. */
import { deepestNesting, jsonNumber, type Nested, type Scalar, scalarOf, tooDeep, wholeNumber } from './attributes.ts';
import { doubleOf, integerOf, type JsonObject, objectOf, objectsOf, textOf } from './json-values.ts';

/** A list of KeyValue; the last value of a key wins, empty values are left out. @throws OTLP_MALFORMED naming the member */
export function readJsonAttributes(value: unknown, path: string): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  for (const entry of objectsOf(value, path)) {
    const scalar = scalarOf(anyValueOf(objectOf(entry.value, `${path}.value`), path, 0));
    if (scalar !== null) found.set(textOf(entry.key), scalar);
  }
  return found;
}

function anyValueOf(value: JsonObject, path: string, depth: number): Nested {
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  const integer = integerOf(value.intValue);
  if (integer !== null) return wholeNumber(integer);
  const double = doubleOf(value.doubleValue);
  if (double !== null) return depth === 0 ? double : jsonNumber(double);
  if (typeof value.bytesValue === 'string') return Buffer.from(value.bytesValue, 'base64').toString('base64');
  const list = value.arrayValue ?? value.kvlistValue;
  if (list === undefined || list === null) return null;
  if (depth >= deepestNesting) return tooDeep;
  const entries = objectsOf(objectOf(list, path).values, path);
  if (value.arrayValue !== undefined && value.arrayValue !== null)
    return entries.map((entry) => anyValueOf(entry, path, depth + 1));
  return Object.fromEntries(
    entries.map((entry) => [textOf(entry.key), anyValueOf(objectOf(entry.value, path), path, depth + 1)]),
  );
}

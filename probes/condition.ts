/** What a JSON value must be like, and why it is not. Pure. */
import { shownValue } from '../src/kernel/validate.ts';

/**
 * Text, numbers, yes/no and null must be equal; of an object the named keys must fit, others may be there; a list must have
 * the same length and fit element by element. An object with one of these keys alone is an operator:
 * `contains` (a list with an element that fits), `minItems` (a list at least so long), `exists` (true or false).
 */
export type Condition = unknown;

const operators = ['contains', 'minItems', 'exists'] as const;

/** Null when `actual` fits; else a clause that names the place below `place`, such as `$.items[0].id is 4, not 5`. */
export function mismatchOf(condition: Condition, actual: unknown, place: string): string | null {
  const operator = operatorOf(condition);
  if (operator !== null) return operatorMismatch(operator.name, operator.value, actual, place);
  if (Array.isArray(condition)) return listMismatch(condition, actual, place);
  if (isObject(condition)) return objectMismatch(condition, actual, place);
  if (Object.is(condition, actual)) return null;
  return actual === undefined
    ? `${place} is missing, expected ${shownValue(condition)}`
    : `${place} is ${shownValue(actual)}, not ${shownValue(condition)}`;
}

/** What is wrong with the condition itself, or null; for the check of the YAML. */
export function faultOfCondition(condition: Condition): string | null {
  const operator = operatorOf(condition);
  if (operator === null) return null;
  if (operator.name === 'exists' && typeof operator.value !== 'boolean') return 'exists must be true or false';
  if (operator.name === 'minItems' && !Number.isInteger(operator.value)) return 'minItems must be a whole number';
  return null;
}

function operatorOf(
  condition: Condition,
): { readonly name: (typeof operators)[number]; readonly value: unknown } | null {
  if (!isObject(condition)) return null;
  const [name, ...others] = Object.keys(condition);
  const known = operators.find((operator) => operator === name);
  return known === undefined || others.length > 0 ? null : { name: known, value: condition[known] };
}

function operatorMismatch(
  name: (typeof operators)[number],
  value: unknown,
  actual: unknown,
  place: string,
): string | null {
  switch (name) {
    case 'exists':
      if ((actual !== undefined) === value) return null;
      return value === true ? `${place} is missing` : `${place} is there and must not be`;
    case 'minItems':
      if (!Array.isArray(actual)) return `${place} is ${shown(actual)}, not a list`;
      return actual.length >= Number(value) ? null : `${place} has ${elements(actual)}, expected at least ${value}`;
    case 'contains':
      if (!Array.isArray(actual)) return `${place} is ${shown(actual)}, not a list`;
      if (actual.some((element) => mismatchOf(value, element, place) === null)) return null;
      return `${place} has ${elements(actual)}, none like ${shownValue(value)}`;
    default:
      return name satisfies never;
  }
}

function listMismatch(condition: readonly unknown[], actual: unknown, place: string): string | null {
  if (!Array.isArray(actual)) return `${place} is ${shown(actual)}, not a list`;
  if (actual.length !== condition.length) {
    return `${place} has ${elements(actual)}, expected ${condition.length}`;
  }
  return first(condition.map((wanted, index) => () => mismatchOf(wanted, actual[index], `${place}[${index}]`)));
}

function objectMismatch(condition: Readonly<Record<string, unknown>>, actual: unknown, place: string): string | null {
  if (!isObject(actual)) return `${place} is ${shown(actual)}, not an object`;
  return first(
    Object.entries(condition).map(
      ([key, wanted]) =>
        () =>
          mismatchOf(wanted, own(actual, key), `${place}.${key}`),
    ),
  );
}

function first(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const mismatch = check();
    if (mismatch !== null) return mismatch;
  }
  return null;
}

function elements({ length }: readonly unknown[]): string {
  return length === 1 ? '1 element' : `${length} elements`;
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : shownValue(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

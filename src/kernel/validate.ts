/** Validation at the door: a zod schema, and refusals that name the place, the key, the value and the remedy. */
import { z } from 'zod';
import { AppError } from './errors.ts';

/**
 * Parses `value`; `subject` names the place, such as `seamwatch.yaml: objective "checkout"`.
 * @throws CONFIG_INVALID one line a finding, `subject: path finding`
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, subject: string): T {
  const result = schema.safeParse(value, { error: (issue) => explain(issue), reportInput: true });
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const path = pathOf(issue.path);
    return `${subject}: ${path === '' ? '' : `${path} `}${issue.message}`;
  });
  throw new AppError('CONFIG_INVALID', lines.join('\n'), { details: { findings: lines } });
}

/** Forwards a nested parse into the running one, so that a union picks its branch by hand and keeps good messages. */
export function parseInside<T>(schema: z.ZodType<T>, value: unknown, context: z.RefinementCtx): T {
  const result = schema.safeParse(value, { error: (issue) => explain(issue), reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path], input: value });
  }
  return z.NEVER;
}

/** A value as a message shows it: JSON, at most 60 characters. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, knownKeysOf(issue.inst));
  if (issue.code === 'invalid_type' && issue.input === undefined) return `is missing; add it (${issue.expected})`;
  if (issue.code === 'invalid_type') return `${shownValue(issue.input)} must be of type ${issue.expected}`;
  if (issue.code === 'invalid_value') {
    return `${issue.input === undefined ? 'is missing' : `${shownValue(issue.input)} is not known`}; write one of ${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'too_small') {
    return `${shownValue(issue.input)} is too small; it must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    return `${shownValue(issue.input)} is too big; it must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
  }
  if (issue.code === 'invalid_format') return `${shownValue(issue.input)} is not understood`;
  return undefined;
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  const names = keys.map((key) => `"${key}"`).join(', ');
  const remedy = known.length === 0 ? 'remove it' : `write one of ${known.join(', ')}, or remove it`;
  return `has the unknown key ${names}; ${remedy}`;
}

function knownKeysOf(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

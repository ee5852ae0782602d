/** Checks one section of a profile or of the config and names the place, the value and the remedy when it is wrong. */
import type { z } from 'zod';
import { AppError } from '../kernel/errors.ts';

/**
 * The section as its schema reads it, defaults filled in. `where` names the file or key, such as `rules.yaml`.
 * @throws CONFIG_INVALID listing every issue with its path
 */
export function parseSection<Schema extends z.ZodType>(
  schema: Schema,
  section: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(section);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return `${path === '' ? 'the section' : path}: ${issue.message} (found ${printed(valueAt(section, issue.path))})`;
  });
  throw new AppError('CONFIG_INVALID', `${where}: ${issues.join('; ')}; correct it and run seamwatch validate`, {
    details: { where, issues },
  });
}

/** @throws CONFIG_INVALID naming the first id that occurs twice */
export function requireUniqueIds(rows: readonly { readonly id: string }[], where: string): void {
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw new AppError('CONFIG_INVALID', `${where}: id "${id}" occurs twice; rename one of them`);
    seen.add(id);
  }
}

function valueAt(section: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    section,
  );
}

function printed(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

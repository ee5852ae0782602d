/** `{{name}}` in texts of a journey: which names are used, and putting their values in. Pure. */

/** Name → value; captured numbers stay numbers. */
export type Values = ReadonlyMap<string, unknown>;

const form = /\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}/g;
const anyBraces = /\{\{[^{}]*\}\}/g;

/** Names that are there without a capture. */
export const builtInNames = ['run', 'correlationId'] as const;

/** Every name used anywhere in a JSON-like value, once each; keys of objects are not looked at. */
export function namesIn(value: unknown): readonly string[] {
  return [...new Set(textsIn(value).flatMap((text) => [...text.matchAll(form)].map(([, name]) => name ?? '')))];
}

/** Braces that look like a template and are none, such as `{{a.b}}`. */
export function brokenTemplatesIn(value: unknown): readonly string[] {
  return textsIn(value).flatMap((text) => (text.match(anyBraces) ?? []).filter((found) => !isTemplate(found)));
}

/** The text with its values; `encode` treats each value, such as for a URL. A name without a value stays as it is. */
export function fillText(text: string, values: Values, encode: (value: string) => string = (value) => value): string {
  return text.replace(form, (braces, name: string) => (values.has(name) ? encode(textOf(values.get(name))) : braces));
}

/** A JSON-like value with its values; a text that is one template and nothing else becomes the value itself, a number included. */
export function fillValue(value: unknown, values: Values): unknown {
  if (typeof value === 'string') {
    const alone = /^\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}$/.exec(value)?.[1];
    return alone !== undefined && values.has(alone) ? values.get(alone) : fillText(value, values);
  }
  if (Array.isArray(value)) return value.map((item) => fillValue(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, values)]));
}

function isTemplate(braces: string): boolean {
  return new RegExp(form.source).test(braces);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

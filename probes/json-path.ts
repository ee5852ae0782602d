/** Paths into JSON: `$`, then `.name` and `[index]` (from 0); nothing else. Pure. */

const whole = /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\])*$/;
const part = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]/g;

/** True for what {@link readPath} understands. */
export function isJsonPath(text: string): boolean {
  return whole.test(text);
}

/** The value at `path`, undefined where there is nothing. `path` has been checked with {@link isJsonPath}. */
export function readPath(value: unknown, path: string): unknown {
  let found = value;
  for (const [, name, index] of path.matchAll(part)) {
    if (index !== undefined) found = Array.isArray(found) ? found[Number(index)] : undefined;
    else found = ownValue(found, name ?? '');
  }
  return found;
}

function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

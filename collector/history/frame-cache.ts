/** Keeps the most recently used values up to a sum of bytes. */

export interface ByteCache<Value> {
  /** The value of `key`, made and kept when absent; `bytesOf` is asked once. */
  readonly getOrMake: (key: string, make: () => Value) => Value;
  readonly clear: () => void;
}

/** A value larger than half of `maxBytes` is not kept. `dropped` is told of each value that makes room for a newer one. */
export function createByteCache<Value>(
  maxBytes: number,
  bytesOf: (value: Value) => number,
  dropped: (value: Value) => void = () => {},
): ByteCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let total = 0;
  const evict = (): void => {
    for (const [key, { value, bytes }] of entries) {
      if (total <= maxBytes) return;
      entries.delete(key);
      total -= bytes;
      dropped(value);
    }
  };
  const getOrMake = (key: string, make: () => Value): Value => {
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      return known.value;
    }
    const value = make();
    const bytes = bytesOf(value);
    if (bytes * 2 > maxBytes) return value;
    entries.set(key, { value, bytes });
    total += bytes;
    evict();
    return value;
  };
  const clear = (): void => {
    entries.clear();
    total = 0;
  };
  return { getOrMake, clear };
}

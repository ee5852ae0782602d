/** Cryptographic randomness in small portions: one system call fills a pool that serves many ids. */
import { type RandomBytes, systemRandomBytes, toHex } from '../kernel/ids.ts';

const poolBytes = 4096;

/** A source like `fill` that asks it for 4 KiB at a time; portions must be at most that long. */
export function pooledRandom(fill: RandomBytes = systemRandomBytes): RandomBytes {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  return (target) => {
    if (used + target.length > poolBytes) {
      fill(pool);
      used = 0;
    }
    for (let index = 0; index < target.length; index += 1) target[index] = pool[used + index] ?? 0;
    used += target.length;
  };
}

/** `count` bytes in lower-case hex, never all zero (an all-zero trace or span id is invalid). */
export function randomHex(count: number, random: RandomBytes): string {
  const bytes = new Uint8Array(count);
  random(bytes);
  const text = toHex(bytes);
  return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
}

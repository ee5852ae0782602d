/** Equal bytes give the same value, different bytes never do, and what is kept is bounded. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/kernel/ids.ts';
import { ByteInterner } from './byte-interner.ts';

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

test('twenty thousand keys that differ in a byte or in their length are told apart', () => {
  const random = seededRandom(5);
  const interner = new ByteInterner<string>();
  const keys = Array.from({ length: 20_000 }, (_, index) => {
    const bytes = new Uint8Array(index % 40).map(() => Math.floor(random() * 3));
    return Buffer.concat([bytes, Buffer.from([index & 255])]);
  });
  const known = new Map<string, string>();
  for (const key of keys) {
    // Each stands somewhere else in a body.
    const at = Math.floor(random() * 9);
    const body = Buffer.concat([Buffer.alloc(at, 7), key, Buffer.alloc(3)]);
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    const found = interner.find(view, at, at + key.length);
    expect(found).toBe(known.get(keyOf(key)));
    if (found !== undefined) continue;
    known.set(keyOf(key), keyOf(key));
    interner.add(view, at, at + key.length, keyOf(key));
  }
  expect(known.size).toBeGreaterThan(10_000);
});

test('when 32 MiB of keys are known it begins anew, and goes on telling keys apart', () => {
  const interner = new ByteInterner<number>();
  const key = new DataView(new ArrayBuffer(1_048_576));
  const rssBefore = process.memoryUsage().arrayBuffers;
  for (let number = 0; number < 100; number += 1) {
    key.setInt32(0, number, true);
    expect(interner.find(key, 0, key.byteLength)).toBeUndefined();
    interner.add(key, 0, key.byteLength, number);
  }
  expect(process.memoryUsage().arrayBuffers - rssBefore).toBeLessThan(140 * 1_048_576);
  expect(interner.find(key, 0, key.byteLength)).toBe(99);
});

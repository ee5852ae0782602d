/** What one thread packs the other unpacks, to the last bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packNotice, unpackNotice } from './packed-slices.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const slice = fc.record({
  seriesId: fc.nat(),
  startMs: fc.integer({ min: 0, max: 2 ** 42 }),
  durationMs: fc.constantFrom(10_000, 60_000, 900_000),
  counts: fc.array(fc.oneof(fc.nat(), finite), { maxLength: 40 }),
  sum: finite,
  max: fc.option(finite),
});

test('a packed notice is unpacked as it was, through a transfer', () => {
  fc.assert(
    fc.property(fc.array(slice, { maxLength: 20 }), fc.nat(), (slices, revision) => {
      const notice = { revision, slices, presence: [], newSeries: [] };
      const packed = packNotice(notice);
      const arrived = structuredClone(packed, { transfer: [packed.packed.buffer] });
      expect(unpackNotice(arrived)).toEqual(notice);
    }),
    { seed: 11, numRuns: 200 },
  );
});

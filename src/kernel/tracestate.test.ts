/** What a tracestate says of counting a span. */
import { expect, test } from 'vitest';
import { countedWeight, isProbeTraceState } from './tracestate.ts';

test.each([
  ['seam=probe', true],
  ['ot=th:8,\tseam=probe ', true],
  ['seam=probes', false],
  ['xseam=probe', false],
  ['seam=probe;a', false],
  ['vendor=seam=probe', false],
  ['Seam=probe', false],
])('tracestate %j marks a probe: %s', (text, expected) => {
  expect(isProbeTraceState(text)).toBe(expected);
});

test('a span of a probe counts nothing, one of a sample counts for those that were left out', () => {
  expect([countedWeight('ot=th:8,seam=probe'), countedWeight('ot=th:8'), countedWeight('')]).toEqual([0, 2, 1]);
});

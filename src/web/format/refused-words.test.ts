import { expect, it } from 'vitest';
import { outcomeText, refusedWords } from './refused-words.ts';

const body = { way: 'http', reason: 'too_large', lastAt: '2026-03-04T12:00:00.000Z', hint: null } as const;
const record = { signal: 'traces', reason: 'too_old', hint: null };

it('tells whole bodies from single records, and says nothing when nothing was refused', () => {
  expect(refusedWords({ refused: [], rejectedRecords: [] })).toBeNull();
  expect(refusedWords({ refused: [{ ...body, count: 1 }], rejectedRecords: [] })).toBe('1 body was refused');
  expect(refusedWords({ refused: [], rejectedRecords: [{ ...record, count: 5 }] })).toBe('5 records were refused');
  expect(refusedWords({ refused: [{ ...body, count: 2 }], rejectedRecords: [{ ...record, count: 1 }] })).toBe(
    '2 bodies and 1 record were refused',
  );
});

it('says what became of what is sent on', () => {
  expect(outcomeText({ outcome: 'sent', bodies: 2, records: 0 })).toBe('2 bodies sent');
  expect(outcomeText({ outcome: 'queue_full', bodies: 1, records: 0 })).toBe('1 body dropped, the queue was full');
  expect(outcomeText({ outcome: 'http_400', bodies: 3, records: 90 })).toBe('3 bodies refused for good (400)');
  expect(outcomeText({ outcome: 'rejected_by_receiver', bodies: 0, records: 7 })).toBe(
    '7 records left out by the target',
  );
});

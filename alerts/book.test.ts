/** What one evaluation costs, and what it may not grow into. */
import { expect, it } from 'vitest';
import type { AlertSignal } from './alert-record.ts';
import { instanceId, noonMs, signal } from './alerting-fixture.ts';
import { type AlertBook, type BookContext, emptyBook, evaluateBook } from './book.ts';
import { policy } from './policy.ts';
import { statementsBetween } from './statements.ts';

let ids = 0;
const context = (nowMs: number): BookContext => ({
  ...{ instanceId, nowMs, wallMs: nowMs, routes: [] },
  sinks: [{ id: 'oncall', unit: 'incident', takes: ['trigger', 'acknowledge', 'resolve', 'change'] }],
  newId: () => `id${++ids}`,
});

function evaluate(book: AlertBook, signals: readonly AlertSignal[], atMs: number): AlertBook {
  return evaluateBook(book, signals, 60_000, context(noonMs + atMs));
}

it('changes nothing, and writes nothing, when nothing changed', () => {
  const signals = [
    signal(),
    signal({ rule: 'ok', condition: 'ok' }),
    signal({ rule: 'unknown', condition: 'unknown' }),
  ];
  const before = evaluate(emptyBook, signals, 0);
  expect(statementsBetween(before, evaluate(before, signals, 10_000))).toEqual([]);
});

it('keeps at most 1,000 resolved alerts, the latest, and writes the removal of the others', () => {
  let book = emptyBook;
  const many = Array.from({ length: 600 }, (_, index) => signal({ rule: `r${index}` }));
  for (let round = 0; round < 2; round++) {
    book = evaluate(book, many, round * 600_000);
    for (const after of [60_000, 120_000]) {
      const next = evaluate(
        book,
        many.map((one) => ({ ...one, condition: 'ok' })),
        round * 600_000 + after,
      );
      const removals = statementsBetween(book, next).filter(({ sql }) => sql.startsWith('DELETE FROM alerts_records'));
      expect(removals.length).toBe(book.records.size - next.records.size);
      book = next;
    }
  }
  expect(book.records.size).toBe(600);
  expect(book.records.size).toBeLessThanOrEqual(policy.keepResolved);
  expect(Math.min(...[...book.records.values()].map((one) => one.startedAtMs))).toBe(noonMs + 600_000);
});

it('is one incident with one trigger, however many alerts it holds', () => {
  const many = Array.from({ length: 500 }, (_, index) => signal({ rule: `r${index}` }));
  const book = evaluate(emptyBook, many, 0);
  expect(book.incidents.size).toBe(1);
  expect([...book.outbox.values()].map((row) => row.action)).toEqual(['trigger']);
  expect(book.outbox.get(1)?.message.summary).toContain('(and 499 more)');
});

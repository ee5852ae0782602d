import { expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { type Log, silentLog } from '../../src/kernel/log.ts';
import { RefusedBook } from './refused-book.ts';

const atMs = 1_000_000;
const times = (count: number, work: () => void): void => {
  for (let run = 0; run < count; run += 1) work();
};

test('counts by way and reason, and by sender, with the time of the last', () => {
  const clock = fakeClock(atMs);
  const book = new RefusedBook(clock, silentLog);
  times(3, () => book.count({ way: 'http', reason: 'rate_limited', sender: 'shop' }));
  clock.advance(5_000);
  book.count({ way: 'grpc', reason: 'rate_limited', sender: 'shop' });
  book.count({ way: 'http', reason: 'too_large', sender: '127.0.0.1' });
  expect(book.byWay()).toEqual([
    { way: 'http', reason: 'rate_limited', count: 3, lastMs: atMs },
    { way: 'grpc', reason: 'rate_limited', count: 1, lastMs: atMs + 5_000 },
    { way: 'http', reason: 'too_large', count: 1, lastMs: atMs + 5_000 },
  ]);
  expect(book.bySender()).toEqual([
    { sender: 'shop', count: 4, reasons: [['rate_limited', 4]], lastMs: atMs + 5_000 },
    { sender: '127.0.0.1', count: 1, reasons: [['too_large', 1]], lastMs: atMs + 5_000 },
  ]);
});

test('names 32 senders and counts the rest as others; nothing is lost, however many there are', () => {
  const book = new RefusedBook(fakeClock(atMs), silentLog);
  for (let index = 0; index < 32; index += 1) {
    times(2, () => book.count({ way: 'http', reason: 'unauthenticated', sender: `10.0.0.${index}` }));
  }
  for (let index = 0; index < 2_000; index += 1) {
    book.count({ way: 'http', reason: 'unauthenticated', sender: `10.1.${index >> 8}.${index & 255}` });
  }
  const senders = book.bySender();
  expect(senders.length).toBe(33);
  expect(senders.at(-1)).toMatchObject({ sender: 'others', count: 2_000 });
  expect(senders.reduce((sum, { count }) => sum + count, 0)).toBe(2_064);
});

test('a sender that is refused more than the least of the named ones takes its place, which goes to the others', () => {
  const book = new RefusedBook(fakeClock(atMs), silentLog);
  for (let index = 0; index < 32; index += 1) {
    times(index === 0 ? 2 : 5, () => book.count({ way: 'http', reason: 'too_large', sender: `s${index}` }));
  }
  times(10, () => book.count({ way: 'http', reason: 'rate_limited', sender: 'loud' }));
  const senders = book.bySender();
  expect(senders.find(({ sender }) => sender === 's0')).toBeUndefined();
  // The first two of "loud" were counted with the others, before it was worth a name.
  expect(senders.find(({ sender }) => sender === 'loud')?.count).toBe(8);
  expect(senders.at(-1)).toMatchObject({
    sender: 'others',
    count: 4,
    reasons: [
      ['rate_limited', 2],
      ['too_large', 2],
    ],
  });
});

test('logs the first refusal of a sender for a reason, and then at most one line a minute that says how many', () => {
  const clock = fakeClock(atMs);
  const lines: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields, message) => lines.push(message) };
  const book = new RefusedBook(clock, log);
  const refuse = (): void => book.count({ way: 'http', reason: 'rate_limited', sender: 'shop', message: 'too fast' });
  times(100, refuse);
  clock.advance(59_999);
  refuse();
  clock.advance(1);
  refuse();
  expect(lines).toEqual([
    'refused a body of shop by http, rate_limited: too fast',
    'refused 101 bodies of shop by http, rate_limited: too fast',
  ]);
});

/** Deadline and circuit. */
import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

function testBreaker() {
  let ms = 0;
  const clock = { nowMs: () => ms, monotonicMs: () => ms };
  const breaker = createBreaker({ clock, deadlineMs: 20, failures: 2, openMs: 1_000 });
  return { breaker, advance: (by: number) => (ms += by) };
}

const fail = (): Promise<string> => Promise.reject(new Error('down'));

test('an answer in time passes through', async () => {
  const { breaker } = testBreaker();
  expect(await breaker.call(async () => 'here')).toBe('here');
});

test('a call that never answers is null after the deadline', async () => {
  const { breaker } = testBreaker();
  expect(await breaker.call(() => new Promise<string>(() => {}))).toBeNull();
});

test('two failures open the circuit, which asks nobody until it may try once, and a success closes it', async () => {
  const { breaker, advance } = testBreaker();
  expect([await breaker.call(fail), await breaker.call(fail)]).toEqual([null, null]);
  expect(breaker.state()).toBe('open');
  let asked = 0;
  const answer = async (): Promise<string> => {
    asked += 1;
    return 'back';
  };
  expect(await breaker.call(answer)).toBeNull();
  expect(asked).toBe(0);
  advance(1_000);
  expect(await breaker.call(answer)).toBe('back');
  expect(breaker.state()).toBe('closed');
});

test('a success between failures starts the count again', async () => {
  const { breaker } = testBreaker();
  await breaker.call(fail);
  await breaker.call(async () => 1);
  await breaker.call(fail);
  expect(breaker.state()).toBe('closed');
});

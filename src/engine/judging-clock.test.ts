/** Jumps of the clock, and what judging goes by meanwhile. */
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { dayMs, hourMs, minuteMs } from '../kernel/duration.ts';
import { JudgingClock } from './judging-clock.ts';

const t0 = Date.UTC(2026, 2, 2, 10);

function started(storedUntilMs: number | null = null) {
  const clock = fakeClock(t0);
  const judging = new JudgingClock(clock, storedUntilMs);
  /** So many minutes in which a sender whose clock is `skewMs` from ours sends each second; null = nobody sends. */
  const pass = (minutes: number, skewMs: number | null): number => {
    for (let second = 0; second < minutes * 60; second += 1) {
      clock.advance(1_000);
      if (skewMs !== null) judging.note(clock.nowMs() + skewMs);
      judging.nowMs();
    }
    return judging.nowMs();
  };
  return { clock, judging, pass };
}

describe('the time of judging', () => {
  it('is the clock while that runs evenly, also over two minutes that were slept through', () => {
    const { clock, judging, pass } = started();
    expect(pass(3, null)).toBe(t0 + 3 * minuteMs);
    clock.set(clock.nowMs() + 2 * minuteMs);
    expect(judging.nowMs()).toBe(t0 + 5 * minuteMs);
    expect(judging.disagreement()).toBeNull();
  });

  it('stands still when the clock and its senders go back by an hour, and goes on with the clock an hour later', () => {
    const { clock, judging, pass } = started();
    pass(10, 0);
    clock.set(clock.nowMs() - hourMs);
    expect(pass(59, 0)).toBe(t0 + 10 * minuteMs);
    expect(judging.disagreement()).toBe(
      'the clock was set back: it is 1 min behind what is judged, which waits for it',
    );
    expect(pass(2, 0)).toBe(t0 + 11 * minuteMs);
    expect(judging.disagreement()).toBeNull();
  });

  it('does not even stand still when only the own clock went back: the points of others carry it on', () => {
    const { clock, pass } = started();
    pass(10, 0);
    clock.set(clock.nowMs() - hourMs);
    expect(pass(30, hourMs)).toBe(t0 + 40 * minuteMs);
  });

  it('does not follow a clock that is a day ahead for five minutes, whoever sends', () => {
    for (const skewMs of [-dayMs, null]) {
      const { clock, pass } = started();
      pass(10, 0);
      clock.set(clock.nowMs() + dayMs);
      expect(pass(5, skewMs)).toBe(t0 + 15 * minuteMs);
      clock.set(clock.nowMs() - dayMs);
      expect(pass(1, 0)).toBe(t0 + 16 * minuteMs);
    }
  });

  it('follows a clock that is ahead as soon as points of that time come, and after ten minutes in which none contradict', () => {
    const slept = started();
    slept.pass(10, 0);
    slept.clock.set(slept.clock.nowMs() + 8 * hourMs);
    expect(slept.pass(1, 0)).toBe(slept.clock.nowMs());
    const alone = started();
    alone.pass(10, null);
    alone.clock.set(alone.clock.nowMs() + 8 * hourMs);
    expect(alone.pass(9, null)).toBe(t0 + 19 * minuteMs);
    expect(alone.pass(2, null)).toBe(alone.clock.nowMs());
  });

  it('never waits for more than ten minutes for a clock that is a day behind, unless the senders stay where they were', () => {
    const corrected = started();
    corrected.pass(10, 0);
    corrected.clock.set(corrected.clock.nowMs() - dayMs);
    expect(corrected.pass(9, 0)).toBe(t0 + 10 * minuteMs);
    expect(corrected.pass(2, 0)).toBe(corrected.clock.nowMs());
    const wrong = started();
    wrong.pass(10, 0);
    wrong.clock.set(wrong.clock.nowMs() - dayMs);
    expect(wrong.pass(60, dayMs)).toBe(t0 + 70 * minuteMs);
  });

  it('begins at the newest stored point when a restart finds the clock an hour behind it, and at the clock when it is a day behind', () => {
    expect(started(t0 + hourMs).judging.nowMs()).toBe(t0 + hourMs);
    expect(started(t0 + dayMs).judging.nowMs()).toBe(t0);
    expect(started(t0 + minuteMs).judging.nowMs()).toBe(t0);
  });
});

/** Exemplars of a trigger are searched beside the tick, which never waits for them. */
import { expect, it } from 'vitest';
import { emptyHistory, type TracePage, type TraceQuery } from '../../collector/index.ts';
import { buildProfile } from '../app/index.ts';
import { checkConfig } from '../config.ts';
import { fakeClock } from '../kernel/clock.ts';
import { Engine } from './engine.ts';

const summary = { correlationId: null, rootName: 'x', domains: [], startTime: '', durationMs: 1, rootMs: 1 };
const found = { ...summary, traceId: 'a'.repeat(32), spanCount: 1, error: false, synthetic: false };

it('shows what a search found at the tick after, and keeps it when the next search is broken off', async () => {
  const clock = fakeClock(Date.UTC(2026, 9, 20, 12));
  const asked: TraceQuery[] = [];
  const answers: PromiseWithResolvers<TracePage>[] = [];
  const engine = new Engine({
    profile: buildProfile(checkConfig({}, 'test', {}), []),
    reader: {
      ...emptyHistory(),
      searchTraces: () => {
        throw new Error('the tick must not search by itself');
      },
    },
    findTraces: (query) => {
      asked.push(query);
      const answer = Promise.withResolvers<TracePage>();
      answers.push(answer);
      return answer.promise;
    },
    declared: () => ({ facts: [], exceptions: [], decisions: [] }),
    contrasts: { read: () => [], save: () => {} },
    clock,
    timezone: 'UTC',
  });
  const exemplars = () => engine.state.triggers.find(({ id }) => id === 'P1')?.exemplars;
  engine.tick();
  expect(exemplars()).toEqual([]);
  const place = asked.findIndex(({ domain }) => domain === 'notifications');
  expect(asked[place]).toEqual({ domain: 'notifications', minDurationMs: 5_000, limit: 4 });
  answers[place]?.resolve({ traces: [found], nextCursor: null, unreadable: 0 });
  await Promise.resolve();
  clock.advance(10_000);
  engine.tick();
  expect(exemplars()).toEqual([found.traceId]);
  clock.advance(70_000);
  const before = asked.length;
  engine.tick();
  expect(asked.length).toBeGreaterThan(before);
  for (const answer of answers) answer.reject(new Error('broken off'));
  await Promise.resolve();
  clock.advance(10_000);
  engine.tick();
  expect(exemplars()).toEqual([found.traceId]);
});

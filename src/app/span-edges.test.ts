/** How often stored spans are asked for the map, and what happens when they cannot be read. */
import { expect, it } from 'vitest';
import type { SpanEdges } from '../../collector/index.ts';
import { AppError } from '../kernel/errors.ts';
import { silentLog } from '../kernel/log.ts';
import { createSpanEdges } from './span-edges.ts';

const startMs = 1_790_000_000_000;

function stand(spans: number) {
  const asked: { readonly fromMs: number; readonly toMs: number }[] = [];
  const warnings: string[] = [];
  const state = { watermarkMs: startMs, isBroken: false };
  const traces = {
    spanEdges: async (query: { fromMs: number; toMs: number }): Promise<SpanEdges> => {
      asked.push(query);
      if (state.isBroken) throw new AppError('OVERLOADED', '64 reads are waiting');
      return { ...query, spans, missingParents: 0, edges: [] };
    },
  };
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  return { asked, warnings, state, ask: createSpanEdges(traces, () => state.watermarkMs, log) };
}

it.each([
  [1_000, 10],
  [200_000, 30],
])('an answer from %i spans holds for %i s, for each window by itself', async (spans, seconds) => {
  const { asked, state, ask } = stand(spans);
  const [first, second] = await Promise.all([ask(15), ask(15)]);
  expect(second).toBe(first);
  expect(asked).toEqual([{ fromMs: startMs - 900_000, toMs: startMs }]);
  state.watermarkMs += seconds * 1_000 - 1;
  await ask(15);
  expect(asked).toHaveLength(1);
  await ask(60);
  expect(asked).toHaveLength(2);
  state.watermarkMs += 1;
  await ask(15);
  expect(asked.at(-1)).toEqual({ fromMs: state.watermarkMs - 900_000, toMs: state.watermarkMs });
  expect(asked).toHaveLength(3);
});

it('is null when the spans cannot be read, says so in the log, and asks again after 30 s', async () => {
  const { asked, warnings, state, ask } = stand(1_000);
  state.isBroken = true;
  expect([await ask(15), await ask(15)]).toEqual([null, null]);
  expect(warnings).toEqual(['the map lacks the calls that only traces tell of: 64 reads are waiting']);
  state.isBroken = false;
  state.watermarkMs += 30_000;
  expect(await ask(15)).toMatchObject({ spans: 1_000 });
  expect(asked).toHaveLength(2);
});

/** What a tick costs: 1,000 objectives, up to 30 days of slices, beside re-summing every slice of each window. */

import { compileExample, examplePolicy } from '../slo/example-objective.ts';
import { type CompiledObjective, createTimeline, evaluateObjective, type Timeline } from '../slo/index.ts';
import { sliceKeepMs, sliceMs } from '../src/kernel/conventions.ts';
import { dayMs, minuteMs } from '../src/kernel/duration.ts';
import { seededRandom } from '../src/kernel/ids.ts';

/** One stored slice. */
interface PlainSlice {
  readonly endMs: number;
  readonly durationMs: number;
  readonly good: number;
  readonly total: number;
}

/** Milliseconds for all objectives; medians of several rounds. */
export interface TickCost {
  readonly windowDays: number;
  readonly objectives: number;
  readonly slicesEach: number;
  readonly tickMs: number;
  readonly naiveMs: number;
  readonly addMs: number;
  readonly lateMs: number;
}

const nowMs = Date.UTC(2026, 2, 1);
const rounds = 9;
const naiveShare = 10;

/** Fills `days` of slices as they are kept: 10 s for 2 h, 1 min for 3 d, then 15 min. */
function history(days: number, random: () => number): readonly PlainSlice[] {
  const slices: PlainSlice[] = [];
  for (let at = nowMs - days * dayMs; at < nowMs; ) {
    const age = nowMs - at;
    const durationMs =
      age > sliceKeepMs.minute ? sliceMs.coarse : age > sliceKeepMs.fine ? sliceMs.minute : sliceMs.fine;
    const total = 50 + Math.floor(random() * 100);
    slices.push({ endMs: at + durationMs, durationMs, good: total - Math.floor(random() * 2), total });
    at += durationMs;
  }
  return slices;
}

function timelineOf(slices: readonly PlainSlice[]): Timeline {
  const timeline = createTimeline();
  for (const { endMs, durationMs, good, total } of slices) {
    timeline.add(endMs - durationMs, durationMs, { good, total, pageGood: total }, false);
  }
  return timeline;
}

/** Measures one window length. The naive way is judged by the same code over a tenth of the objectives, times ten. */
export function measureTick(windowDays: number, objectives: number, clock: () => number): TickCost {
  const slices = history(windowDays, seededRandom(7));
  const compiled = compileExample(
    {
      indicator: { kind: 'latency', signal: 'domain.request.duration', share: 0.95, atMost: '200ms' },
      window: [`${windowDays}d`, { last: '5m', minEvents: 20 }],
      page: { atMost: '500ms', over: '5m', minEvents: 20 },
      burn: 'google-30d',
    },
    { policy: examplePolicy(3) },
  );
  const timelines = Array.from({ length: objectives }, () => timelineOf(slices));
  const naive = Array.from({ length: objectives / naiveShare }, () => resummed(slices));
  return {
    windowDays,
    objectives,
    slicesEach: slices.length,
    tickMs: medianMs(clock, () => evaluateAll(compiled, timelines)),
    naiveMs: medianMs(clock, () => evaluateAll(compiled, naive), 3) * naiveShare,
    addMs: medianMs(clock, (round) => addAll(timelines, nowMs + round * sliceMs.fine)),
    lateMs: medianMs(clock, () => addAll(timelines, nowMs - 30 * minuteMs)),
  };
}

function evaluateAll(compiled: CompiledObjective, timelines: readonly Timeline[]): void {
  const at = { watermarkMs: nowMs, lastPointMs: nowMs, intervalMs: sliceMs.fine, timezone: 'UTC' };
  for (const timeline of timelines) evaluateObjective(compiled, timeline, at);
}

/** The naive way: slices as they are stored, added up again for every window. */
function resummed(stored: readonly PlainSlice[]): Timeline {
  const slices = stored.map((slice) => ({ ...slice }));
  const { add, observe, compactBefore, dropBefore } = createTimeline();
  return {
    add,
    observe,
    compactBefore,
    dropBefore,
    size: () => slices.length,
    countsIn: (fromMs, toMs) => {
      const sums = { good: 0, total: 0, pageGood: 0, coveredMs: 0 };
      for (let index = slices.length - 1; index >= 0; index -= 1) {
        const slice = slices[index];
        if (slice === undefined || slice.endMs <= fromMs) break;
        if (slice.endMs > toMs) continue;
        sums.good += slice.good;
        sums.total += slice.total;
        sums.pageGood += slice.total;
        sums.coveredMs += Math.min(slice.durationMs, slice.endMs - fromMs);
      }
      return { ...sums, synthetic: { good: 0, total: 0 }, firstDataMs: nowMs - 90 * dayMs };
    },
  };
}

function addAll(timelines: readonly Timeline[], startMs: number): void {
  for (const timeline of timelines) timeline.add(startMs, sliceMs.fine, { good: 99, total: 100, pageGood: 100 }, false);
}

function medianMs(clock: () => number, work: (round: number) => void, times = rounds): number {
  const taken = Array.from({ length: times }, (_, round) => {
    const begun = clock();
    work(round);
    return clock() - begun;
  });
  return taken.sort((left, right) => left - right)[times >> 1] ?? 0;
}

/** One line a window length, for people. */
export function tickReport(clock: () => number): string {
  const shown = (ms: number): string => ms.toFixed(2).padStart(9);
  const rows = [1, 7, 30, 90].map((days) => {
    const cost = measureTick(days, 1_000, clock);
    const cells = [cost.tickMs, cost.naiveMs, cost.addMs, cost.lateMs].map(shown).join('');
    return `${String(days).padStart(4)} d${String(cost.slicesEach).padStart(8)}${cells}${(cost.naiveMs / cost.tickMs).toFixed(0).padStart(7)}×`;
  });
  const head = 'window  slices     tick    naive      add     late  naive/tick   (ms for 1,000 objectives)';
  return [head, ...rows].join('\n');
}

if (import.meta.main) process.stdout.write(`${tickReport(() => performance.now())}\n`);

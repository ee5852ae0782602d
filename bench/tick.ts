/** What a tick costs: 1,000 objectives, up to 30 days of slices, beside re-summing every slice of each window. */

import { compileExample, examplePolicy } from '../slo/example-objective.ts';
import { type CompiledObjective, createTimeline, evaluateObjective, type Timeline } from '../slo/index.ts';
import { sliceKeepMs, sliceMs } from '../src/kernel/conventions.ts';
import { dayMs, hourMs, minuteMs } from '../src/kernel/duration.ts';
import { seededRandom } from '../src/kernel/ids.ts';

/** One slice of the naive way. */
interface PlainSlice {
  readonly endMs: number;
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
  readonly bytesPerObjective: number;
}

const nowMs = Date.UTC(2026, 2, 1);
const rounds = 9;

/** Lengths that one evaluation looks up: the windows, the page, and the burn windows of the policy. */
function lookedUpMs(windowDays: number): readonly number[] {
  const burn = [5 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs, 6 * hourMs, dayMs, 3 * dayMs];
  return [windowDays * dayMs, 5 * minuteMs, 5 * minuteMs, ...burn];
}

/** Fills `days` of slices as they are kept: 10 s for 2 h, 1 min for 3 d, then 15 min. */
function history(days: number, random: () => number): readonly (PlainSlice & { readonly durationMs: number })[] {
  const slices: (PlainSlice & { durationMs: number })[] = [];
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

function timelineOf(slices: ReturnType<typeof history>): Timeline {
  const timeline = createTimeline();
  for (const { endMs, durationMs, good, total } of slices) {
    timeline.add(endMs - durationMs, durationMs, { good, total, pageGood: total }, false);
  }
  return timeline;
}

/** Measures one window length. The naive way only sums; it does not even judge. */
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
  const before = heldBytes();
  const timelines = Array.from({ length: objectives }, () => timelineOf(slices));
  const held = heldBytes() - before;
  return {
    windowDays,
    objectives,
    slicesEach: slices.length,
    tickMs: medianMs(clock, () => evaluateAll(compiled, timelines)),
    naiveMs: medianMs(clock, () => resumAll(objectives, slices, lookedUpMs(windowDays)), 3),
    addMs: medianMs(clock, (round) => addAll(timelines, nowMs + round * sliceMs.fine)),
    lateMs: medianMs(clock, () => addAll(timelines, nowMs - 30 * minuteMs)),
    bytesPerObjective: Math.round(held / objectives),
  };
}

function evaluateAll(compiled: CompiledObjective, timelines: readonly Timeline[]): void {
  const at = { watermarkMs: nowMs, lastPointMs: nowMs, intervalMs: sliceMs.fine, timezone: 'UTC' };
  for (const timeline of timelines) evaluateObjective(compiled, timeline, at);
}

/** All objectives share one list here, so the naive way even runs from the processor's cache. */
function resumAll(objectives: number, slices: readonly PlainSlice[], lengthsMs: readonly number[]): number {
  let bad = 0;
  for (let index = 0; index < objectives; index += 1) {
    for (const lengthMs of lengthsMs) bad += resum(slices, nowMs - lengthMs);
  }
  return bad;
}

function resum(slices: readonly PlainSlice[], fromMs: number): number {
  let bad = 0;
  for (let index = slices.length - 1; index >= 0; index -= 1) {
    const slice = slices[index];
    if (slice === undefined || slice.endMs <= fromMs) break;
    bad += slice.total - slice.good;
  }
  return bad;
}

/** Bytes of typed arrays in use; exact only under --expose-gc. */
function heldBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
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
    return `${String(days).padStart(4)} d${String(cost.slicesEach).padStart(8)}${cells}${(cost.naiveMs / cost.tickMs).toFixed(0).padStart(7)}×${String(cost.bytesPerObjective).padStart(10)}`;
  });
  const head = 'window  slices     tick    naive      add     late  naive/tick  bytes each   (ms for 1,000 objectives)';
  return [head, ...rows].join('\n');
}

if (import.meta.main) process.stdout.write(`${tickReport(() => performance.now())}\n`);

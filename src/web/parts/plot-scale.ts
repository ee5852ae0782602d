/** The arithmetic of the pictures: linear and logarithmic axes, their ticks, lines with gaps. Pure. */

/** From a value to px along an axis. */
export type ToPx = (value: number) => number;

/** [low, high] to [from, to]; an empty range stands in the middle. */
export function linearScale(low: number, high: number, from: number, to: number): ToPx {
  const size = high - low;
  return (value) => (size === 0 ? (from + to) / 2 : from + ((value - low) / size) * (to - from));
}

/** The same by orders of magnitude; values below `low` (> 0) stand at its end. */
export function logScale(low: number, high: number, from: number, to: number): ToPx {
  const linear = linearScale(Math.log(low), Math.log(high), from, to);
  return (value) => linear(Math.log(Math.max(low, value)));
}

/** 1, 2 and 5 of each order of magnitude within [low, high]; only 1s when that gives more than `most`. */
export function logTicks(low: number, high: number, most = 8): readonly number[] {
  const ticksOf = (steps: readonly number[]): number[] => {
    const found: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
      for (const step of steps) {
        const tick = Number(`${step}e${power}`);
        if (tick >= low && tick <= high) found.push(tick);
      }
    }
    return found;
  };
  return [ticksOf([1, 2, 5]), ticksOf([1, 3])].find((ticks) => ticks.length <= most) ?? ticksOf([1]);
}

/** Round numbers from zero to at least `high`, at most about `most` of them. */
export function linearTicks(high: number, most = 4): readonly number[] {
  if (high <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(high / most));
  const step = ([1, 2, 5, 10].find((factor) => factor * power * most >= high) ?? 10) * power;
  return Array.from({ length: Math.ceil(high / step - 1e-9) + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Whole steps of minutes within [fromMs, toMs], at most about `most`. */
export function timeTicks(fromMs: number, toMs: number, most = 6): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60_000);
  const step = steps.find((one) => (toMs - fromMs) / one <= most) ?? toMs - fromMs;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) ticks.push(at);
  return ticks;
}

/** An SVG path through the points; null is a gap, and a point alone is a short dash of its own. */
export function linePath(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let path = '';
  points.forEach((point, at) => {
    if (point === null) return;
    const isFirst = (points[at - 1] ?? null) === null;
    const isLast = (points[at + 1] ?? null) === null;
    const [x, y] = [round(point[0]), round(point[1])];
    if (isFirst && isLast) path += `M${round(point[0] - 1.5)} ${y}h3`;
    else path += `${isFirst ? 'M' : 'L'}${x} ${y}`;
  });
  return path;
}

/** Runs of indexes for which it holds, as half-open [from, to). */
export function runsOf(length: number, holds: (index: number) => boolean): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let at = 0; at < length; at += 1) {
    if (!holds(at)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === at) last[1] = at + 1;
    else runs.push([at, at + 1]);
  }
  return runs;
}

/** Moves labels apart: each y (ascending order is kept) at least `room` from the one before, none beyond `high`. */
export function spread(wanted: readonly number[], room: number, high: number): readonly number[] {
  const order = wanted.map((y, at) => ({ y, at })).sort((a, b) => a.y - b.y);
  let floor = Number.NEGATIVE_INFINITY;
  for (const one of order) {
    one.y = Math.max(one.y, floor + room);
    floor = one.y;
  }
  let ceiling = high + room;
  for (const one of [...order].reverse()) {
    one.y = Math.min(one.y, ceiling - room);
    ceiling = one.y;
  }
  const placed = [...wanted];
  for (const { y, at } of order) placed[at] = y;
  return placed;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Feeds mutated bodies to every decoder and watches time and memory. */
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import { drawFrom } from './random.ts';
import type { FuzzTarget } from './targets.ts';

/** `now` in ms of CPU time with a fraction; `heapBytes` after a collection. */
export interface FuzzTools {
  readonly now: () => number;
  readonly heapBytes: () => number;
  readonly onProgress?: (done: number) => void;
}

/** A body that was neither read nor refused in order. */
export interface Fault {
  readonly target: string;
  readonly number: number;
  readonly message: string;
  readonly body: Buffer;
}

export interface FuzzReport {
  readonly bodies: number;
  readonly read: number;
  readonly refused: number;
  readonly byTarget: Readonly<Record<string, { readonly bodies: number; readonly read: number }>>;
  readonly slowest: { readonly target: string; readonly ms: number; readonly bytes: number };
  readonly longestBytes: number;
  /** Heap after, less heap before (which is taken after the first bodies). */
  readonly heapGrowthBytes: number;
  readonly faults: readonly Fault[];
}

/** Bodies longer than this are cut: mutations of mutations must not grow for ever. */
const longestBody = 65_536;
const mostFaults = 20;

/** `count` bodies, one target after the other in turn; the same seed gives the same bodies. Stops after 20 faults. */
export function runFuzz(targets: readonly FuzzTarget[], count: number, seed: number, tools: FuzzTools): FuzzReport {
  const draw = drawFrom(seed);
  const warmUp = Math.min(count / 10, 20_000);
  const byTarget = Object.fromEntries(targets.map(({ name }) => [name, { bodies: 0, read: 0 }]));
  let slowest = { target: '', ms: 0, bytes: 0 };
  let longestBytes = 0;
  let heapBefore = 0;
  let read = 0;
  const faults: Fault[] = [];
  for (let number = 0; number < count && faults.length < mostFaults; number += 1) {
    const target = targets[number % targets.length];
    if (target === undefined) break;
    if (number === Math.floor(warmUp)) heapBefore = tools.heapBytes();
    const { name, samples } = target;
    const pick = (): Uint8Array => samples[draw(samples.length)] ?? new Uint8Array(0);
    const body = target.mutate(pick(), pick(), draw).subarray(0, longestBody);
    const startMs = tools.now();
    const result = outcomeOf(() => target.read(body));
    const ms = tools.now() - startMs;
    if (ms > slowest.ms) slowest = { target: name, ms, bytes: body.length };
    longestBytes = Math.max(longestBytes, body.length);
    const own = byTarget[name];
    if (own !== undefined) own.bodies += 1;
    if (result === 'read') {
      read += 1;
      if (own !== undefined) own.read += 1;
    } else if (result !== 'refused') faults.push({ target: name, number, message: result, body });
    if (number % 50_000 === 49_999) tools.onProgress?.(number + 1);
  }
  const bodies = Object.values(byTarget).reduce((total, own) => total + own.bodies, 0);
  const heapGrowthBytes = tools.heapBytes() - heapBefore;
  return {
    bodies,
    read,
    refused: bodies - read - faults.length,
    byTarget,
    slowest,
    longestBytes,
    heapGrowthBytes,
    faults,
  };
}

/** `read`, `refused`, or what went wrong. */
function outcomeOf(read: () => void): string {
  try {
    read();
    return 'read';
  } catch (error) {
    const isRefusal = error instanceof AppError && ['OTLP_MALFORMED', 'INVALID_REQUEST'].includes(error.code);
    return isRefusal ? 'refused' : `${error instanceof Error ? error.name : 'thrown'}: ${messageOf(error)}`;
  }
}

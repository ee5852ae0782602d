/** What the process itself tells: CPU time and event-loop blocks. */
import { cpuUsage } from 'node:process';
import type { Clock } from '../kernel/clock.ts';
import { attribute, metric } from '../kernel/conventions.ts';
import { repeat, type Scheduled } from '../kernel/schedule.ts';
import { observe, type Registry } from './cells.ts';

/** How often the event loop is asked, in ms. */
export const loopTickMs = 20;
/** CPU time belongs to the process; nothing here knows honestly which domain burnt it. */
const unattributed = 'unattributed';

/**
 * Call the result each {@link loopTickMs}: how late it comes is one observation of `runtime.loop_block` (s), so a block is
 * never missed (perf_hooks' delay monitor loses one that begins right after its reset). `runtime.cpu_ms` is the CPU time of
 * the process since the sampler was made.
 */
export function createProcessSampler(registry: Registry, clock: Clock): () => void {
  const block = registry.histogram(metric.loopBlock, {});
  const cpu = registry.counter(metric.cpuMs, { [attribute.domain]: unattributed });
  const before = cpuUsage();
  let previousMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    observe(block, Math.max(0, nowMs - previousMs - loopTickMs) / 1000);
    previousMs = nowMs;
    const used = cpuUsage(before);
    cpu.value = (used.user + used.system) / 1000;
  };
}

/** Samples the process until it is closed. */
export function watchProcess(registry: Registry, clock: Clock, onError: (error: unknown) => void): Scheduled {
  return repeat(loopTickMs, createProcessSampler(registry, clock), onError);
}

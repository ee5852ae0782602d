/** What the process itself tells: CPU time and event-loop blocks. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';
import { attribute, metric } from '../kernel/conventions.ts';
import { secondMs } from '../kernel/duration.ts';
import { repeat, type Scheduled } from '../kernel/schedule.ts';
import { observe, type Registry } from './cells.ts';

const resolutionMs = 10;
/** CPU time belongs to the process; nothing here knows honestly which domain burnt it. */
const unattributed = 'unattributed';

/** The worst event-loop delay of each second is one observation; CPU time is what the process used since the start. */
export function watchProcess(registry: Registry, onError: (error: unknown) => void): Scheduled {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const block = registry.histogram(metric.loopBlock, {});
  const cpu = registry.counter(metric.cpuMs, { [attribute.domain]: unattributed });
  const before = cpuUsage();
  const schedule = repeat(
    secondMs,
    () => {
      const used = cpuUsage(before);
      cpu.value = (used.user + used.system) / 1000;
      if (delay.count === 0) return;
      observe(block, Math.max(0, delay.max / 1e6 - resolutionMs) / 1000);
      delay.reset();
    },
    onError,
  );
  return {
    close: async () => {
      delay.disable();
      await schedule.close();
    },
  };
}

/** CPU time and event-loop blocks. */
import { expect, it } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { Registry } from './cells.ts';
import { createProcessSampler, loopTickMs } from './runtime-signals.ts';

it('counts by how much each tick of the event loop comes late, and the CPU time of the process', () => {
  const clock = fakeClock(0);
  const registry = new Registry([0, 0.1, 0.24, 1]);
  const sample = createProcessSampler(registry, clock);
  for (const lateMs of [0, 0, 240, 1_500, 80]) {
    clock.advance(loopTickMs + lateMs);
    sample();
  }
  const block = registry.histogram('runtime.loop_block', {});
  expect([...block.counts]).toEqual([2, 1, 1, 0, 1]);
  expect(block.sum).toBeCloseTo(1.82);
  const cpu = registry.counter('runtime.cpu_ms', { 'seam.domain': 'unattributed' });
  const beforeMs = cpu.value;
  let spent = 0;
  for (let turn = 0; turn < 20_000_000; turn += 1) spent += Math.sqrt(turn);
  expect(spent).toBeGreaterThan(0);
  sample();
  expect(cpu.value).toBeGreaterThan(beforeMs);
});

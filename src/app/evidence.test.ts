/** What something points to is named to the collector once, and again when that failed. */
import { expect, it } from 'vitest';
import type { ProbeAnswer, TriggerAnswer } from '../contract/index.ts';
import { silentLog } from '../kernel/log.ts';
import { createEvidenceKeeper } from './evidence.ts';

const triggers = [{ exemplars: ['a', 'b'] }] as unknown as readonly TriggerAnswer[];
const probes = [
  { failures: [{ traceId: 'b' }, { traceId: 'c' }, { traceId: null }] },
] as unknown as readonly ProbeAnswer[];

it('names each trace once', () => {
  const asked: (readonly string[])[] = [];
  const keep = createEvidenceKeeper({ keepTraces: async (ids) => void asked.push(ids) }, silentLog);
  keep(triggers, probes);
  keep(triggers, probes);
  keep(triggers, []);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

it('asks again for what could not be kept', async () => {
  let asked = 0;
  const refuse = async (): Promise<void> => {
    asked += 1;
    throw new Error('disk full');
  };
  const keep = createEvidenceKeeper({ keepTraces: refuse }, silentLog);
  keep(triggers, []);
  await new Promise(setImmediate);
  keep(triggers, []);
  expect(asked).toBe(2);
});

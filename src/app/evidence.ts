/** Traces that something points to are kept when others of their age go: exemplars of triggers, failed probe runs. */
import type { Collector } from '../../collector/index.ts';
import type { ProbeAnswer, TriggerAnswer } from '../contract/index.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Remembers what it has asked for; more than this is forgotten and asked for again, which changes nothing. */
const rememberedTraces = 10_000;

/** Call it after each tick: what is new is named to the collector, once. */
export function createEvidenceKeeper(
  collector: Pick<Collector, 'keepTraces'>,
  log: Log,
): (triggers: readonly TriggerAnswer[], probes: readonly ProbeAnswer[]) => void {
  const kept = new Set<string>();
  return (triggers, probes) => {
    const named = [
      ...triggers.flatMap(({ exemplars }) => exemplars),
      ...probes.flatMap(({ failures }) => failures.flatMap(({ traceId }) => traceId ?? [])),
    ];
    const fresh = [...new Set(named)].filter((traceId) => !kept.has(traceId));
    if (fresh.length === 0) return;
    if (kept.size + fresh.length > rememberedTraces) kept.clear();
    for (const traceId of fresh) kept.add(traceId);
    collector.keepTraces(fresh).catch((error: unknown) => {
      for (const traceId of fresh) kept.delete(traceId);
      log.warn({ reason: messageOf(error) }, 'evidence could not be marked to be kept');
    });
  };
}

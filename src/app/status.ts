/** Is the watcher itself alive: what `GET /api/v1/status` and `seamwatch status` say. */
import type { Alerting } from '../../alerts/index.ts';
import type { Collector } from '../../collector/index.ts';
import type { StatusAnswer } from '../contract/index.ts';
import type { Engine, Views } from '../engine/index.ts';
import { type Clock, isoTime } from '../kernel/clock.ts';
import type { ListenerState } from '../server/index.ts';
import { intakeStatus, isoOrNull } from './status-intake.ts';
import { storeStatus } from './status-store.ts';
import type { Streams } from './streams.ts';

export interface StatusParts {
  readonly version: string;
  readonly instanceId: string;
  readonly profile: string;
  readonly demo: boolean;
  readonly startedMs: number;
  readonly file: string;
  /** What the database may take. */
  readonly limitBytes: number;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly views: Views;
  readonly collector: Collector;
  readonly alerting: Alerting;
  readonly streams: Streams;
  readonly listeners: () => readonly ListenerState[];
}

export function statusOf(parts: StatusParts): StatusAnswer {
  const { engine, collector, clock } = parts;
  const nowMs = clock.nowMs();
  const objectives = parts.views.objectives();
  const { mapped, unmapped } = parts.views.coverage();
  const entries = mapped + unmapped;
  return {
    version: parts.version,
    instanceId: parts.instanceId,
    profile: parts.profile,
    startedAt: isoTime(parts.startedMs),
    watermark: isoTime(engine.state.watermarkMs),
    watermarkAgeMs: nowMs - engine.state.watermarkMs,
    sentence: sentenceOf(parts),
    demo: parts.demo,
    synthetic: objectives.some((objective) => objective.synthetic),
    intake: intakeStatus(collector.stats(), parts.streams.faro.stats(), collector.limits.maxInFlightBytes),
    store: storeStatus(collector, parts.file, parts.limitBytes),
    tick: { lastMs: engine.state.tookMs, at: isoTime(engine.state.watermarkMs), objectives: objectives.length },
    coverage: { ratio: entries === 0 ? null : mapped / entries, mapped, unmapped },
    recovered: collector.recovered(),
    ...streamsOf(parts.streams),
    sinks: [...parts.alerting.sinks()],
    listeners: [...parts.listeners()],
  };
}

function streamsOf({ scraper, forwarder }: Streams): Pick<StatusAnswer, 'scrape' | 'forward'> {
  return {
    scrape: scraper.status().map((one) => ({ ...one, lastScrapeAt: isoOrNull(one.lastScrapeAt) })),
    forward: forwarder.status().flatMap(({ id, kind, url, lanes }) =>
      lanes.map(({ lane, waiting, waitingBytes, problem, oldestMs, retries, counts }) => ({
        ...{ id, kind, url, lane, waiting, waitingBytes, problem, retries },
        oldestWaitingAt: isoOrNull(oldestMs),
        outcomes: counts.map(({ outcome, bodies, records }) => ({ outcome, bodies, records })),
      })),
    ),
  };
}

/** What is wrong or striking, in one plain sentence. */
function sentenceOf(parts: StatusParts): string {
  const objectives = parts.views.objectives();
  const count = (state: string): number => objectives.filter((objective) => objective.state === state).length;
  const fired = parts.views.triggers().filter((trigger) => trigger.state === 'fired');
  const judged = objectives.length - count('notApplicable');
  const breached = count('breached');
  const unknown = count('unknown');
  const first =
    breached === 0
      ? `None of ${judged} objectives is breached`
      : `${breached} of ${judged} objectives ${breached === 1 ? 'is' : 'are'} breached`;
  const second = unknown === 0 ? '' : `, ${unknown} ${unknown === 1 ? 'is' : 'are'} unknown`;
  const third = fired
    .map(
      (trigger) =>
        `; ${trigger.domain} has been over its limit on ${trigger.days.exceeding} of ${trigger.days.of} days`,
    )
    .join('');
  const troubles = [parts.collector.failure(), parts.engine.clockProblem()].flatMap((trouble) =>
    trouble === null ? [] : [` But ${trouble}.`],
  );
  return `${first}${second}${third}.${troubles.join('')}${silentOf(parts)}`;
}

/** Instances may have ended, which nobody can tell from here: it is said and changes nothing. */
function silentOf({ collector }: StatusParts): string {
  const byService = Map.groupBy(collector.silentInstances(), ({ service }) => service);
  return [...byService]
    .map(([service, silent]) => {
      const names = silent.slice(0, 3).map(({ instance }) => instance);
      const more = silent.length > names.length ? ` and ${silent.length - names.length} more` : '';
      const verb = silent.length === 1 ? 'sends' : 'send';
      return ` Of ${silent[0]?.of} instances of ${service} ${silent.length} ${verb} no more: ${names.join(', ')}${more}.`;
    })
    .join('');
}

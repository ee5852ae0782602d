/** What could wake somebody, as conditions: documented alerts, burn policies, probes, fired triggers, the watcher itself. */
import type { AlertSignal } from '../../alerts/index.ts';
import type { ObjectiveEvaluation } from '../../slo/index.ts';
import type { AlertLink, ProbeAnswer, TriggerAnswer } from '../contract/index.ts';
import { formatDurationMs } from '../kernel/duration.ts';
import type { BookEntry } from './objective-book.ts';

/** A check of the control plane on itself. */
export interface SelfCheck {
  readonly id: string;
  readonly condition: AlertSignal['condition'];
  readonly severity: AlertSignal['severity'];
  readonly forMs: number;
  readonly summary: string;
  readonly reason: string;
}

/** The parts of one moment. */
export interface SignalInputs {
  readonly entries: readonly BookEntry[];
  readonly evaluations: ReadonlyMap<string, ObjectiveEvaluation>;
  readonly watermarkMs: number;
  readonly triggers: readonly TriggerAnswer[];
  readonly probes: readonly ProbeAnswer[];
  readonly checks: readonly SelfCheck[];
}

/** The domain of alerts about the control plane itself. */
export const selfDomain = 'seamwatch';

const byPage = 'the documented alert';
const simulated = 'simulated events are among those counted, so nobody is woken';

/** One signal for each rule that can be judged at all; the rules stay the same from tick to tick. */
export function alertSignals(inputs: SignalInputs): readonly AlertSignal[] {
  return [
    ...inputs.entries.flatMap((entry) => objectiveSignals(entry, inputs)),
    ...inputs.probes.map(probeSignal),
    ...inputs.triggers.map(triggerSignal),
    ...inputs.checks.map(checkSignal),
  ];
}

function objectiveSignals(entry: BookEntry, inputs: SignalInputs): readonly AlertSignal[] {
  const evaluation = inputs.evaluations.get(entry.compiled.id);
  if (evaluation === undefined || evaluation.state === 'notApplicable') return [];
  const page = pageSignal(entry, evaluation, inputs.watermarkMs);
  const burn = (['page', 'ticket'] as const).flatMap((severity) => burnSignal(entry, evaluation, severity, inputs));
  return page === null ? burn : [page, ...burn];
}

function pageSignal(entry: BookEntry, { page }: ObjectiveEvaluation, watermarkMs: number): AlertSignal | null {
  const { compiled } = entry;
  if (page === null || compiled.page === null) return null;
  const isSimulated = page.state === 'firing' && hasSimulated(entry, watermarkMs, compiled.page.overMs);
  const domain = domainOf(entry);
  return {
    rule: `objective-page:${compiled.id}`,
    kind: 'objective-page',
    subject: compiled.id,
    domain,
    severity: 'page',
    condition: isSimulated ? 'unknown' : page.state,
    forMs: 0,
    summary: `${spoken(domain)}: ${page.threshold} over ${page.window} (${compiled.id})`,
    reason: isSimulated ? simulated : (page.reason ?? `${page.good} of ${page.total} events are good`),
    links: [...objectiveLinks(entry), ...traceLinks(entry)],
    details: {
      objective: compiled.id,
      sentence: compiled.definition.sentence,
      source: compiled.definition.source,
      threshold: page.threshold,
      window: page.window,
      good: page.good,
      total: page.total,
      clears: `${byPage} is quiet again over ${page.window}`,
    },
  };
}

function burnSignal(
  entry: BookEntry,
  evaluation: ObjectiveEvaluation,
  severity: 'page' | 'ticket',
  { watermarkMs }: SignalInputs,
): readonly AlertSignal[] {
  const { compiled } = entry;
  const pairs = evaluation.burnAlerts.filter((pair) => pair.severity === severity);
  if (pairs.length === 0) return [];
  const longestMs = Math.max(...(compiled.policy?.pairs ?? []).map((pair) => pair.longMs));
  const firing = pairs.find((pair) => pair.firing === true);
  const isSimulated = firing !== undefined && hasSimulated(entry, watermarkMs, longestMs);
  const condition = isSimulated
    ? 'unknown'
    : firing !== undefined
      ? 'firing'
      : pairs.every((pair) => pair.firing === false)
        ? 'ok'
        : 'unknown';
  const domain = domainOf(entry);
  const rate = firing === undefined ? null : Math.min(firing.longRate ?? 0, firing.shortRate ?? 0);
  return [
    {
      rule: `objective-burn:${compiled.id}:${severity}`,
      kind: 'objective-burn',
      subject: compiled.id,
      domain,
      severity,
      condition,
      forMs: 0,
      summary: `${spoken(domain)}: ${compiled.id} spends its error budget too fast`,
      reason: isSimulated ? simulated : burnReason(firing, rate),
      links: [...objectiveLinks(entry), ...traceLinks(entry)],
      details: {
        objective: compiled.id,
        sentence: compiled.definition.sentence,
        source: compiled.definition.source,
        burnRate: rate,
        factor: firing?.factor ?? null,
        window: firing === undefined ? null : `${firing.long} and ${firing.short}`,
        budgetRemaining: evaluation.windows[0]?.budgetRemaining ?? null,
      },
    },
  ];
}

function burnReason(firing: ObjectiveEvaluation['burnAlerts'][number] | undefined, rate: number | null): string {
  if (firing === undefined || rate === null) return 'no pair of windows burns faster than its factor';
  return `burns ${rate.toFixed(1)} × the budget over ${firing.long} and ${firing.short}; ${firing.factor} × is the limit`;
}

function probeSignal(probe: ProbeAnswer): AlertSignal {
  const conditions = { down: 'firing', up: 'ok', unknown: 'unknown' } as const;
  const failure = probe.failures[0];
  const trace: readonly AlertLink[] =
    failure?.traceId == null ? [] : [{ text: 'trace of the failed run', path: `/traces/${failure.traceId}` }];
  return {
    rule: `probe:${probe.id}`,
    kind: 'probe',
    subject: probe.id,
    domain: probe.domain,
    severity: 'page',
    condition: conditions[probe.state],
    forMs: 0,
    summary: `${spoken(probe.domain)}: the probe "${probe.title}" fails`,
    reason: probe.reason ?? `state ${probe.state}`,
    links: [{ text: `probe ${probe.id}`, path: `/probes/${encodeURIComponent(probe.id)}` }, ...trace],
    details: {
      probe: probe.id,
      target: probe.target,
      step: failure?.step ?? null,
      correlationId: failure?.correlationId ?? null,
      confirmedBy: `${probe.confirm.failures} of ${probe.confirm.of} runs`,
    },
  };
}

/** A fired trigger asks for a decision, not for somebody to get up: it is told once and never pages. */
function triggerSignal(trigger: TriggerAnswer): AlertSignal {
  const condition =
    trigger.state === 'unknown' || trigger.synthetic ? 'unknown' : trigger.state === 'fired' ? 'firing' : 'ok';
  const { exceeding, of } = trigger.days;
  return {
    rule: `trigger:${trigger.id}`,
    kind: 'trigger',
    subject: trigger.id,
    domain: trigger.domain,
    severity: 'info',
    condition,
    forMs: 0,
    summary: `${trigger.id} has fired: ${trigger.title}`,
    reason: trigger.synthetic
      ? 'simulated days are among those judged, so nobody is told'
      : (trigger.reason ?? `exceeded on ${exceeding} of ${of} days`),
    links: [{ text: `trigger ${trigger.id}`, path: `/extraction/${encodeURIComponent(trigger.id)}` }],
    details: {
      trigger: trigger.id,
      sentence: trigger.sentence,
      source: trigger.source,
      value: trigger.value,
      threshold: trigger.threshold,
      unit: trigger.unit,
    },
  };
}

function checkSignal({ id, ...check }: SelfCheck): AlertSignal {
  return {
    ...check,
    rule: `self:${id}`,
    kind: 'self',
    subject: id,
    domain: selfDomain,
    links: [{ text: 'status of the watcher', path: '/status' }],
    details: { check: id },
  };
}

function hasSimulated({ timeline }: BookEntry, watermarkMs: number, lengthMs: number): boolean {
  return timeline.countsIn(watermarkMs - lengthMs, watermarkMs).synthetic.total > 0;
}

function domainOf({ compiled }: BookEntry): string | null {
  return compiled.group?.domain ?? compiled.domain;
}

function spoken(domain: string | null): string {
  return domain ?? 'all domains';
}

function objectiveLinks({ compiled }: BookEntry): readonly AlertLink[] {
  return [{ text: `objective ${compiled.id}`, path: `/objectives/${encodeURIComponent(compiled.id)}` }];
}

/** The traces that are most likely among the bad events. */
function traceLinks(entry: BookEntry): readonly AlertLink[] {
  const domain = domainOf(entry);
  const { goodAtMost, pageAtMost, kind } = entry.compiled;
  const words = new URLSearchParams(domain === null ? {} : { domain });
  const limitMs =
    kind === 'latency' && (pageAtMost ?? goodAtMost) !== null ? (pageAtMost ?? goodAtMost ?? 0) * 1_000 : null;
  if (limitMs === null) words.set('error', 'true');
  else words.set('minDurationMs', String(limitMs));
  const text = limitMs === null ? 'failed traces' : `traces over ${formatDurationMs(limitMs)}`;
  return [{ text, path: `/traces?${words}` }];
}

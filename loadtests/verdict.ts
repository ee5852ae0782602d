/** Whether a step held, and where each objective breaks. Pure. */
import type { RehearsalAnswer, RehearsalStep } from '../src/contract/index.ts';
import type { Goal } from './goals.ts';

/** Share of the offered load that must be served; below it the step broke whatever the percentiles of the rest say. */
export const leastServed = 0.98;

/** A step's numbers before it is judged; `notes` explain what is missing. */
export interface StepNumbers {
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  readonly dropped: number;
  readonly client: RehearsalStep['client'];
  readonly domains: RehearsalStep['domains'];
  /** Why the domains' own numbers are missing, or null. */
  readonly domainsMissing: string | null;
}

/**
 * Broke: too little of the load was served, or an objective is breached on either side. Unknown: a latency objective could not be
 * judged, or the domains' numbers are missing. An error objective needs thousands of requests to be shown, so in a short step it
 * can break and never prove; it does not keep a step from holding.
 */
export function judgeStep(numbers: StepNumbers, goals: readonly Goal[]): Pick<RehearsalStep, 'verdict' | 'reason'> {
  const broken = [servedTooLittle(numbers), ...clientBreaches(numbers), ...breaches('domains', numbers.domains)];
  const reasons = broken.filter((reason) => reason !== null);
  if (reasons.length > 0) return { verdict: 'broke', reason: reasons.join('; ') };
  const isLatency = (id: string): boolean =>
    goals.some(({ objective, kind }) => objective === id && kind === 'latency');
  const open = [...sided('client', numbers.client), ...sided('domains', numbers.domains)]
    .filter(({ measure }) => measure.state === 'unknown' && isLatency(measure.objective))
    .map(({ side, measure }) => `${measure.objective} (${side}): ${measure.reason}`);
  const unknowns = [...(numbers.domainsMissing === null ? [] : [numbers.domainsMissing]), ...open];
  return unknowns.length > 0 ? { verdict: 'unknown', reason: unknowns.join('; ') } : { verdict: 'held', reason: null };
}

/**
 * Where each objective breaks, the earliest first: between the highest rate below at which it was met and the lowest at which it
 * was breached. The side that saw it at the lower rate is named, the domains when both did.
 */
export function breakingOf(steps: readonly RehearsalStep[]): RehearsalAnswer['breaking'] {
  const ids = [
    ...new Set(steps.flatMap(({ client, domains }) => [...domains, ...client]).map(({ objective }) => objective)),
  ];
  const found = ids.flatMap((objective) => {
    const domains = intervalOf(steps, objective, 'domains');
    const client = intervalOf(steps, objective, 'client');
    const isClientFirst = client !== null && (domains === null || client.firstBadPerSecond < domains.firstBadPerSecond);
    const first = isClientFirst ? client : domains;
    return first === null ? [] : [first];
  });
  return found.sort((left, right) => left.firstBadPerSecond - right.firstBadPerSecond);
}

/** One sentence about the whole rehearsal. `arrival` says what one arrival does. */
export function sentenceOf(steps: readonly RehearsalStep[], arrival: string): string {
  const breaking = breakingOf(steps);
  const [first] = breaking;
  const broken = steps.filter(({ verdict }) => verdict === 'broke');
  const held = steps.filter(({ verdict }) => verdict === 'held').map((step) => step.offeredPerSecond);
  const unit = `arrivals per second (in each, ${arrival})`;
  if (first !== undefined) {
    const { lastGoodPerSecond, firstBadPerSecond } = first;
    const names = breaking
      .filter((one) => one.firstBadPerSecond === firstBadPerSecond)
      .map(({ objective }) => objective);
    const where =
      lastGoodPerSecond === null
        ? `already at ${firstBadPerSecond} ${unit}; start lower to find where it holds`
        : `between ${lastGoodPerSecond} and ${firstBadPerSecond} ${unit}`;
    return `${names.join(', ')} ${names.length === 1 ? 'breaks' : 'break'} first, ${where}.`;
  }
  if (broken.length > 0)
    return `The load was not served at ${Math.min(...broken.map((step) => step.offeredPerSecond))} ${unit}.`;
  const unjudged = steps.length - held.length;
  if (unjudged > 0) return `Nothing broke, but ${unjudged} of ${steps.length} steps could not be judged.`;
  return `Every objective held up to ${Math.max(0, ...held)} ${unit}.`;
}

function servedTooLittle({ offeredPerSecond, achievedPerSecond, dropped }: StepNumbers): string | null {
  if (achievedPerSecond >= leastServed * offeredPerSecond) return null;
  const lost = dropped > 0 ? `, ${dropped.toLocaleString('en-US')} arrivals found no free virtual user` : '';
  return `offered ${offeredPerSecond}/s, achieved ${achievedPerSecond}/s${lost}`;
}

/** A breach that the domains do not share was caused before the domains count, between the two, or by a generator that is short of processor time. */
function clientBreaches({ client, domains }: StepNumbers): readonly string[] {
  return client.flatMap((measure) => {
    const isShared = domains.every(({ objective, state }) => objective !== measure.objective || state !== 'met');
    const where = isShared
      ? ''
      : '; the domains met it, so the time went by before they count (a busy process), on the way, or in the load generator';
    return breaches('client', [measure]).map((text) => `${text}${where}`);
  });
}

function breaches(side: 'client' | 'domains', measures: RehearsalStep['client']): readonly string[] {
  return measures
    .filter(({ state }) => state === 'breached')
    .map(({ objective, threshold, reason }) => `${objective} ${threshold} (${side}): ${reason}`);
}

function sided(side: 'client' | 'domains', measures: RehearsalStep['client']) {
  return measures.map((measure) => ({ side, measure }));
}

function intervalOf(
  steps: readonly RehearsalStep[],
  objective: string,
  side: 'client' | 'domains',
): RehearsalAnswer['breaking'][number] | null {
  const seen = steps.map((step) => ({
    rate: step.offeredPerSecond,
    state: step[side].find((measure) => measure.objective === objective)?.state,
  }));
  const bad = seen.filter(({ state }) => state === 'breached').map(({ rate }) => rate);
  if (bad.length === 0) return null;
  const firstBadPerSecond = Math.min(...bad);
  const good = seen.filter(({ state, rate }) => state === 'met' && rate < firstBadPerSecond).map(({ rate }) => rate);
  return { objective, lastGoodPerSecond: good.length === 0 ? null : Math.max(...good), firstBadPerSecond, side };
}

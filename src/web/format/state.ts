/** Words and shapes of every state; the colour follows from the tone. */
import type { ObjectiveAnswer, ObjectivePoint, TriggerAnswer, Verdict } from '../../contract/index.ts';

export type Tone = 'met' | 'breached' | 'pending' | 'clearing' | 'unknown' | 'none';

/** A state as it is shown: the word first, then the shape that goes with the tone. */
export interface Mark {
  readonly word: string;
  readonly tone: Tone;
}

type VerdictName = Verdict['verdict'];

export const objectiveMark: Readonly<Record<ObjectiveAnswer['state'], Mark>> = {
  met: { word: 'met', tone: 'met' },
  breached: { word: 'breached', tone: 'breached' },
  unknown: { word: 'unknown', tone: 'unknown' },
  notApplicable: { word: 'not applicable', tone: 'none' },
};

export const triggerMark: Readonly<Record<TriggerAnswer['state'], Mark>> = {
  clear: { word: 'clear', tone: 'met' },
  pending: { word: 'pending', tone: 'pending' },
  fired: { word: 'fired', tone: 'breached' },
  clearing: { word: 'clearing', tone: 'clearing' },
  unknown: { word: 'unknown', tone: 'unknown' },
};

export const verdictMark: Readonly<Record<VerdictName, Mark>> = {
  EXTRACT_CANDIDATE: { word: 'extract', tone: 'breached' },
  PREPARE: { word: 'prepare', tone: 'pending' },
  KEEP: { word: 'keep', tone: 'met' },
  BLOCKED: { word: 'blocked', tone: 'none' },
  INSUFFICIENT_EVIDENCE: { word: 'not enough evidence', tone: 'unknown' },
};

/** A boolean that may be unknown, with the words to use. */
export function truthMark(value: boolean | null, whenTrue: string, whenFalse: string): Mark {
  if (value === null) return { word: 'unknown', tone: 'unknown' };
  return value ? { word: whenTrue, tone: 'met' } : { word: whenFalse, tone: 'breached' };
}

/** The state of one day of an objective: unknown without events. */
export function dayTone(point: ObjectivePoint, target: number): 'met' | 'breached' | 'unknown' {
  if (point.good === null || point.total === null || point.total === 0) return 'unknown';
  return point.good / point.total < target ? 'breached' : 'met';
}

const rank: Readonly<Record<ObjectiveAnswer['state'], number>> = { breached: 0, unknown: 1, met: 2, notApplicable: 3 };

/** Orders the worst first: breached, unknown, met, not applicable. */
export function byUrgency(a: Pick<ObjectiveAnswer, 'state'>, b: Pick<ObjectiveAnswer, 'state'>): number {
  return rank[a.state] - rank[b.state];
}

/** One domain and its objectives, the worst first. */
export interface ObjectiveGroup {
  readonly domain: string | null;
  readonly objectives: readonly ObjectiveAnswer[];
}

/** Groups by domain (group.domain, else domain); groups with the worst objective first, then in the order they came. */
export function groupObjectives(objectives: readonly ObjectiveAnswer[]): readonly ObjectiveGroup[] {
  const groups = new Map<string | null, ObjectiveAnswer[]>();
  for (const objective of objectives) {
    const domain = objective.group?.domain ?? objective.domain;
    groups.set(domain, [...(groups.get(domain) ?? []), objective]);
  }
  const worst = (list: readonly ObjectiveAnswer[]) => Math.min(...list.map((one) => rank[one.state]));
  return [...groups]
    .map(([domain, list]) => ({ domain, objectives: [...list].sort(byUrgency) }))
    .sort((a, b) => worst(a.objectives) - worst(b.objectives));
}

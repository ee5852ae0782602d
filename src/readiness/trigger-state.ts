/** The state machine of a trigger: clear → pending → fired → clearing → clear, and unknown. Pure over closed days. */
import type { TriggerAnswer } from '../contract/index.ts';
import { addDays, dayIndex } from './calendar.ts';
import { type DayStatistic, notEvaluable } from './day-statistic.ts';
import type { TriggerPersistence } from './trigger-definition.ts';

/** `since` is the first day of the run of exceeding days that made it fire; null unless it has fired and not cleared. */
export interface TriggerState {
  readonly state: TriggerAnswer['state'];
  readonly exceeding: number;
  readonly evaluable: number;
  /** Days below the clearing level since it last exceeded; counts while clearing. */
  readonly clearingDays: number;
  readonly since: string | null;
  /** The day on which it last became clear after having fired. */
  readonly clearedOn: string | null;
}

interface Memory {
  readonly fired: boolean;
  readonly since: string | null;
  readonly clearingDays: number;
  readonly clearedOn: string | null;
}

/** Days in order without holes: one entry for each calendar day up to `lastDay`, missing ones not evaluable, one per date (the last given wins). */
export function fillDays(days: readonly DayStatistic[], lastDay: string): readonly DayStatistic[] {
  const given = new Map(days.map((day) => [day.day, day]));
  const first = [...given.keys()].sort()[0];
  if (first === undefined) return [];
  const length = Math.max(0, dayIndex(lastDay) - dayIndex(first) + 1);
  return Array.from({ length }, (_, offset) => {
    const day = addDays(first, offset);
    return given.get(day) ?? notEvaluable(day, 'no data arrived on that day');
  });
}

/** The state after the last of `days`, which have no holes; days before the first count as not evaluable. */
export function stateAfter(days: readonly DayStatistic[], rule: TriggerPersistence): TriggerState {
  let memory: Memory = { fired: false, since: null, clearingDays: 0, clearedOn: null };
  for (let end = 1; end <= days.length; end += 1) memory = advance(memory, days.slice(0, end), rule);
  const window = windowOf(days, rule, memory.clearedOn);
  const evaluable = days.slice(-rule.of).filter((day) => day.evaluable).length;
  const counts = { exceeding: days.slice(-rule.of).filter((day) => day.exceeding).length, evaluable };
  return { ...counts, ...memory, state: nameState(memory, window, rule) };
}

function advance(memory: Memory, days: readonly DayStatistic[], rule: TriggerPersistence): Memory {
  const today = days.at(-1);
  if (today === undefined || !today.evaluable) return memory;
  if (!memory.fired) {
    const window = windowOf(days, rule, memory.clearedOn);
    if (window.exceeding < rule.fired) return memory;
    return { ...memory, fired: true, since: startOfRun(days, rule, memory.clearedOn), clearingDays: 0 };
  }
  const clearingDays = today.wellBelow ? memory.clearingDays + 1 : 0;
  if (clearingDays < rule.clearDays) return { ...memory, clearingDays };
  return { fired: false, since: null, clearingDays: 0, clearedOn: today.day };
}

function nameState(memory: Memory, window: Counts, rule: TriggerPersistence): TriggerState['state'] {
  const missing = window.exceeding < rule.fired && window.exceeding + window.notEvaluable >= rule.fired;
  if (missing) return 'unknown';
  if (memory.fired) return memory.clearingDays > 0 ? 'clearing' : 'fired';
  return window.exceeding >= rule.pending ? 'pending' : 'clear';
}

interface Counts {
  readonly exceeding: number;
  readonly notEvaluable: number;
}

/** Counts of the last `of` days; days up to the last clearing are settled and count as neither. */
function windowOf(days: readonly DayStatistic[], rule: TriggerPersistence, clearedOn: string | null): Counts {
  const recent = days.slice(-rule.of);
  const open = clearedOn === null ? recent : recent.filter(({ day }) => day > clearedOn);
  const before = rule.of - recent.length;
  return {
    exceeding: open.filter((day) => day.exceeding).length,
    notEvaluable: open.filter((day) => !day.evaluable).length + before,
  };
}

/** The earliest exceeding day of the window that fired it: with 10 of 14 the run may hold up to four other days. */
function startOfRun(days: readonly DayStatistic[], rule: TriggerPersistence, clearedOn: string | null): string | null {
  const recent = days.slice(-rule.of).filter(({ day }) => clearedOn === null || day > clearedOn);
  return recent.find((day) => day.exceeding)?.day ?? null;
}

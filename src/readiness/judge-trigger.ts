/** Days of statistics in, the state of a trigger out. */
import type { FactAnswer, TriggerAnswer } from '../contract/index.ts';
import { addDays, dayIndex, dayOf } from './calendar.ts';
import { type DayStatistic, toTriggerDay } from './day-statistic.ts';
import { forecastCrossing } from './forecast.ts';
import type { TriggerDefinition } from './trigger-definition.ts';
import { fillDays, stateAfter, type TriggerState } from './trigger-state.ts';

/** What a state needs beside the closed days. `timezone` defaults to UTC. */
export interface TriggerContext {
  /** The open day, shown last in `dayList`; it never changes the state. */
  readonly today: DayStatistic | null;
  readonly live: TriggerAnswer['live'];
  /** Declared facts as answered by `answerFact`. */
  readonly facts: readonly FactAnswer[];
  readonly nowMs: number;
  readonly timezone?: string;
  readonly exemplars: readonly string[];
}

/** The state after the closed days, oldest first; calendar days without an entry are not evaluable, up to yesterday. */
export function judgeTrigger(
  definition: TriggerDefinition,
  days: readonly DayStatistic[],
  context: TriggerContext,
): TriggerAnswer {
  if (definition.measure.kind === 'declared') return judgeDeclared(definition, definition.measure.fact, context);
  const rule = definition.persistence;
  const today = context.today?.day ?? dayOf(context.nowMs, context.timezone ?? 'UTC');
  const closed = fillDays(
    days.filter(({ day }) => day < today),
    addDays(today, -1),
  );
  const machine = stateAfter(closed, rule);
  const recent = closed.slice(-rule.of);
  const last = closed.findLast((day) => day.evaluable);
  const shown = context.today === null ? recent : [...recent, context.today];
  return {
    ...identity(definition, context),
    state: machine.state,
    reason: reasonOf(definition, machine, recent),
    value: last?.value ?? null,
    n: last?.n ?? null,
    interval: last?.interval ?? null,
    days: { exceeding: machine.exceeding, evaluable: machine.evaluable, of: rule.of },
    dayList: shown.map(toTriggerDay),
    since: machine.since === null ? null : `${machine.since}T00:00:00.000Z`,
    forecast: forecastOf(definition, machine, closed),
    synthetic: recent.some(({ synthetic }) => synthetic),
  };
}

function identity(definition: TriggerDefinition, context: TriggerContext) {
  const { id, domain, title, sentence, source, threshold, unit } = definition;
  return {
    ...{ id, domain, title, sentence, source, threshold, unit },
    live: context.live,
    exemplars: [...context.exemplars],
  };
}

function judgeDeclared(definition: TriggerDefinition, factId: string, context: TriggerContext): TriggerAnswer {
  const fact = context.facts.find(({ id }) => id === factId);
  const value = typeof fact?.value === 'boolean' ? fact.value : null;
  const state = value === null ? 'unknown' : value ? 'fired' : 'clear';
  const who = `${fact?.owner ?? 'nobody'}, ${fact?.source ?? 'no source'}`;
  return {
    ...identity(definition, context),
    state,
    reason: value === null ? `${factId}: ${fact?.reason ?? 'not declared'}` : `declared ${value} (${who})`,
    value: null,
    n: null,
    interval: null,
    days: { exceeding: 0, evaluable: 0, of: 0 },
    dayList: [],
    since: value === true ? (fact?.asOf ?? null) : null,
    forecast: null,
    synthetic: fact?.synthetic ?? false,
  };
}

function reasonOf(
  definition: TriggerDefinition,
  machine: TriggerState,
  recent: readonly DayStatistic[],
): string | null {
  const { pending, fired, of, clearBelow, clearDays } = definition.persistence;
  const level = `${round((definition.threshold ?? 0) * clearBelow)} ${definition.unit}`;
  const missing = of - machine.evaluable;
  const why = recent.findLast((day) => !day.evaluable)?.reason ?? 'no data arrived';
  switch (machine.state) {
    case 'unknown':
      return `${machine.exceeding} of ${of} days exceed and ${missing} say nothing: ${fired} are needed to fire, so both answers are possible; ${why}`;
    case 'fired':
      return `${machine.exceeding} of the last ${of} days exceed; it stays fired until ${clearDays} days are below ${level}`;
    case 'clearing':
      return `below ${level} on ${machine.clearingDays} of the ${clearDays} days that clear it`;
    case 'pending':
      return `${machine.exceeding} of the last ${of} days exceed: ${pending} make it pending, ${fired} fire it`;
    case 'clear':
      return machine.clearedOn === null
        ? null
        : `cleared on ${machine.clearedOn} after ${clearDays} days below ${level}`;
    default:
      return machine.state satisfies never;
  }
}

/** Over the days after the last clearing, and only while it has not fired. */
function forecastOf(
  definition: TriggerDefinition,
  machine: TriggerState,
  closed: readonly DayStatistic[],
): TriggerAnswer['forecast'] {
  if (definition.measure.kind === 'contrast' || (machine.state !== 'clear' && machine.state !== 'pending')) return null;
  const points = closed.flatMap(({ day, value, evaluable }) => (evaluable && value !== null ? [{ day, value }] : []));
  const usable = points.filter(({ day }) => machine.clearedOn === null || dayIndex(day) > dayIndex(machine.clearedOn));
  return forecastCrossing(usable, definition.threshold ?? 0);
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

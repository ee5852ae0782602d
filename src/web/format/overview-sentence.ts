/** The sentence that opens the overview: what is breached, what is unknown, which trigger is nearest to a decision. */
import type { ObjectiveAnswer, TriggerAnswer } from '../../contract/index.ts';
import { valueText } from './number.ts';
import { capitalise, numberWord } from './words.ts';

/** One or two plain sentences; objectives that do not apply are not counted. */
export function overviewSentence(objectives: readonly ObjectiveAnswer[], triggers: readonly TriggerAnswer[]): string {
  return [objectivesSentence(objectives), triggersSentence(triggers)].filter((part) => part !== '').join(' ');
}

/** "Two of fourteen objectives are breached and three are unknown." */
export function objectivesSentence(objectives: readonly ObjectiveAnswer[]): string {
  const judged = objectives.filter((one) => one.state !== 'notApplicable');
  const breached = judged.filter((one) => one.state === 'breached').length;
  const unknown = judged.filter((one) => one.state === 'unknown').length;
  const all = judged.length;
  if (all === 0) return 'No objective is being judged.';
  if (unknown === all)
    return `Nothing can be said yet: ${all === 1 ? 'the one objective is' : `${all === 2 ? 'both' : `all ${numberWord(all)}`} objectives are`} unknown.`;
  if (breached === 0 && unknown === 0)
    return all === 1
      ? 'The one objective is met.'
      : `${all === 2 ? 'Both' : `All ${numberWord(all)}`} objectives are met.`;
  const tail = unknown === 0 ? '' : ` and ${numberWord(unknown)} ${isAre(unknown)} unknown`;
  const head = breached === 0 ? all - unknown : breached;
  const word = breached === 0 ? 'met' : 'breached';
  return `${capitalise(numberWord(head))} of ${numberWord(all)} objectives ${isAre(head)} ${word}${tail}.`;
}

/** The most pressing trigger as a sentence, and how many others are on their way; empty without triggers. */
export function triggersSentence(triggers: readonly TriggerAnswer[]): string {
  const fired = triggers.filter((one) => one.state === 'fired');
  const pending = triggers.filter((one) => one.state === 'pending');
  const first = fired[0] ?? pending[0];
  if (triggers.length === 0) return '';
  if (!first) return 'No extraction trigger has fired.';
  const others = fired.length + pending.length - 1;
  const tail = others === 0 ? '' : `; ${numberWord(others)} more ${isAre(others)} on the way`;
  return `${capitalise(first.domain)} ${exceedance(first)}${tail}.`;
}

/** "have been over 5 s on 12 of 14 days (all simulated), so P1 has fired". */
export function exceedance(trigger: TriggerAnswer): string {
  const has = trigger.domain.endsWith('s') ? 'have' : 'has';
  const simulated = trigger.dayList.filter((day) => day.synthetic && day.state === 'exceeding').length;
  const note = simulated === 0 ? '' : ` (${simulated >= trigger.days.exceeding ? 'all' : simulated} simulated)`;
  const over =
    trigger.threshold === null
      ? `${has} met the condition`
      : `${has} been over ${valueText(trigger.threshold, trigger.unit)}`;
  const outcome = trigger.state === 'fired' ? `so ${trigger.id} has fired` : `${trigger.id} is ${trigger.state}`;
  return `${over} on ${trigger.days.exceeding} of ${trigger.days.of} days${note}, ${outcome}`;
}

function isAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

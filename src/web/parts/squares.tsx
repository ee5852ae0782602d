/** Fourteen squares for fourteen days: filled is exceeding, outlined is clear, hatched is not evaluable. */
import type { TriggerAnswer, TriggerDay } from '../../contract/index.ts';
import { countText, valueText } from '../format/number.ts';
import { dayText } from '../format/time.ts';
import { daysText } from '../format/trigger-sentence.ts';

const step = 10;

/** Oldest first; simulated days stand on the tinted ground. */
export function Squares({ trigger }: { readonly trigger: TriggerAnswer }) {
  const width = trigger.dayList.length * step;
  return (
    <svg
      class="squares"
      viewBox={`0 0 ${width} 14`}
      width={width}
      height="14"
      role="img"
      aria-label={daysText(trigger)}
    >
      {trigger.dayList.map((day, at) => (
        <Square key={day.day} day={day} x={at * step} unit={trigger.unit} />
      ))}
    </svg>
  );
}

function Square({ day, x, unit }: { readonly day: TriggerDay; readonly x: number; readonly unit: string }) {
  const words = { exceeding: 'over the threshold', clear: 'clear', notEvaluable: 'not evaluable' }[day.state];
  const figure = day.value === null ? '' : `, ${valueText(day.value, unit)}`;
  const n = day.n === null ? '' : `, n ${countText(day.n)}`;
  return (
    <g>
      <title>{`${dayText(day.day)}: ${words}${figure}${n}${day.synthetic ? ', simulated' : ''}`}</title>
      <rect x={x} y="0" width={step} height="14" class={day.synthetic ? 'ground-simulated' : 'ground-clear'} />
      {day.state === 'exceeding' && <rect x={x + 1} y="3" width="8" height="8" class="fill-breached" />}
      {day.state === 'clear' && <rect x={x + 1.5} y="3.5" width="7" height="7" class="outline-met" />}
      {day.state === 'notEvaluable' && (
        <path d={`M${x + 1} 10l7-7M${x + 1} 6.5l3.5-3.5M${x + 4.5} 10.5l4-4`} class="line-unknown" />
      )}
    </g>
  );
}

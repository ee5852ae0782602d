/** The error budget as a signed bar: what is left grows right, what is overspent grows left. */

import { noNumber, percentText } from '../format/number.ts';
import { budgetWords } from '../format/objective-sentence.ts';

const half = 26;

/** `budgetRemaining`: 1 untouched, 0 spent, negative overspent, null unknown. */
export function BudgetBar({
  budgetRemaining,
  window,
}: {
  readonly budgetRemaining: number | null;
  readonly window: string;
}) {
  const title = `${budgetWords(budgetRemaining)}, over ${window}`;
  if (budgetRemaining === null) {
    return (
      <span class="budget" title={title}>
        <span class="is-hatched" /> <span>{noNumber}</span>
      </span>
    );
  }
  const size = Math.min(1, Math.abs(budgetRemaining)) * half;
  const overspent = budgetRemaining < 0;
  const beyond = budgetRemaining < -1;
  return (
    <span class="budget" title={title}>
      <svg viewBox={`0 0 ${half * 2 + 2} 12`} width={half * 2 + 2} height="12" aria-hidden="true">
        <path d={`M0 6h${half * 2 + 2}`} class="track" />
        <rect
          x={overspent ? half + 1 - size : half + 1}
          y="3"
          width={size}
          height="6"
          class={overspent ? 'fill-breached' : 'fill-met'}
        />
        {beyond && <path d="M5 1 0 6l5 5z" class="fill-breached" />}
        <path d={`M${half + 1} 0v12`} class="axis" />
      </svg>
      <span class={overspent ? 'tone-breached' : ''}>{percentText(budgetRemaining)}</span>
    </span>
  );
}

/** The extraction board in miniature: one trigger in two lines. */
import type { TriggerAnswer, Verdict } from '../../contract/index.ts';
import type { Answer } from '../answers.ts';
import { valueText } from '../format/number.ts';
import { triggerMark, verdictMark } from '../format/state.ts';
import { measuredText } from '../format/trigger-sentence.ts';
import { State } from '../parts/mark.tsx';
import { Scale } from '../parts/scale.tsx';
import { Squares } from '../parts/squares.tsx';
import { pathTo } from '../router.ts';

/** Links to the board and to each trigger on it. */
export function MiniBoard({
  triggers,
  verdicts,
}: {
  readonly triggers: Answer<readonly TriggerAnswer[]>;
  readonly verdicts: readonly Verdict[];
}) {
  return (
    <section class="mini-board">
      <h2>
        <a href={pathTo.extraction}>Extraction board</a>
      </h2>
      {triggers.data === null && <p class="quiet">{triggers.failure?.message ?? 'Reading the triggers…'}</p>}
      {triggers.data?.map((trigger) => (
        <MiniRow
          key={trigger.id}
          trigger={trigger}
          verdict={verdicts.find((one) => one.domain === trigger.domain) ?? null}
        />
      ))}
    </section>
  );
}

/** The value against its threshold, or why there is none; interval and n are in the title. */
function miniText(trigger: TriggerAnswer): string {
  if (trigger.value === null) return trigger.reason ?? 'not measured';
  if (trigger.threshold === null) return valueText(trigger.value, trigger.unit);
  return `${valueText(trigger.value, '')} against ${valueText(trigger.threshold, trigger.unit)}`;
}

function MiniRow({ trigger, verdict }: { readonly trigger: TriggerAnswer; readonly verdict: Verdict | null }) {
  return (
    <a class="mini-row" data-row href={pathTo.trigger(trigger.id)} title={`${trigger.sentence} (${trigger.source})`}>
      <span class="mini-head">
        <b>{trigger.id}</b> {trigger.domain}
        <State mark={triggerMark[trigger.state]} title={trigger.reason} />
      </span>
      <span class="mini-body">
        <Scale trigger={trigger} width={124} labels={false} />
        <Squares trigger={trigger} />
      </span>
      <span class="mini-foot quiet">
        <span class="clip" title={trigger.value === null ? (trigger.reason ?? '') : measuredText(trigger)}>
          {miniText(trigger)}
        </span>
        {verdict && <span>{verdictMark[verdict.verdict].word}</span>}
      </span>
    </a>
  );
}

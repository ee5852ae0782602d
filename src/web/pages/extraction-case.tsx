/** The case about one domain: for and against in equal columns, what is missing, what flips it, what it costs. */

import type { Evidence, ReadinessReport, TriggerAnswer, Verdict } from '../../contract/index.ts';
import { significant } from '../format/number.ts';
import { exceedance } from '../format/overview-sentence.ts';
import { verdictMark } from '../format/state.ts';
import { absoluteText, dayText } from '../format/time.ts';
import { keepUnits } from '../format/words.ts';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

/** Below the board when a row is open. */
export function Case({
  trigger,
  verdict,
  report,
}: {
  readonly trigger: TriggerAnswer;
  readonly verdict: Verdict | null;
  readonly report: ReadinessReport | null;
}) {
  return (
    <section class="case" aria-label={`The case about ${trigger.domain}`}>
      <h2>
        {trigger.id} {trigger.title} {verdict && <State mark={verdictMark[verdict.verdict]} />}
      </h2>
      <p class="sentence">{keepUnits(verdict?.sentence ?? `${trigger.domain} ${exceedance(trigger)}.`)}</p>
      <blockquote>
        {trigger.sentence} <cite>{trigger.source}</cite>
      </blockquote>
      {verdict === null ? (
        <p class="quiet">The readiness report has no verdict about {trigger.domain}.</p>
      ) : (
        <>
          <div class="two-sides">
            <Side title="For" items={verdict.for} />
            <Side title="Against" items={verdict.against} />
          </div>
          <div class="four-parts">
            <Missing verdict={verdict} />
            <Flips verdict={verdict} />
            <Cost verdict={verdict} />
            <Alternatives verdict={verdict} />
          </div>
          <Decision verdict={verdict} criteria={report?.criteria ?? []} />
        </>
      )}
      <Exemplars traceIds={trigger.exemplars} />
    </section>
  );
}

function Side({ title, items }: { readonly title: string; readonly items: readonly Evidence[] }) {
  return (
    <div>
      <h3>
        {title} <span class="quiet">{items.length}</span>
      </h3>
      {items.length === 0 && <p class="quiet">Nothing known.</p>}
      <ul>
        {items.map((item) => (
          <li key={item.ruleId + item.text}>
            <Rule id={item.ruleId} text={item.text} /> <cite>{item.source}</cite>
            {item.exemplars.slice(0, 3).map((id) => (
              <a key={id} class="code" href={pathTo.trace(id)}>
                {' '}
                trace {id.slice(0, 8)}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The rule's id in bold, then its text; an id that the text begins with is not said twice. */
function Rule({ id, text }: { readonly id: string; readonly text: string }) {
  return (
    <>
      <b>{id}</b> {text.startsWith(`${id} `) ? text.slice(id.length + 1) : text}
    </>
  );
}

function Missing({ verdict }: { readonly verdict: Verdict }) {
  return (
    <div>
      <h3>Missing</h3>
      {verdict.missing.length === 0 && <p class="quiet">Nothing that the rules ask for.</p>}
      <ul>
        {verdict.missing.map((item) => (
          <li key={item.id} class="is-missing">
            <Rule id={item.id} text={item.text} />
            {item.command !== null && <code class="command">{item.command}</code>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Flips({ verdict }: { readonly verdict: Verdict }) {
  return (
    <div>
      <h3>Flips if</h3>
      {verdict.flips.length === 0 && <p class="quiet">No single fact changes this verdict.</p>}
      <ul>
        {verdict.flips.map((flip) => (
          <li key={flip.fact + flip.to} title={`${flip.fact}: ${flip.from} → ${flip.to}`}>
            {flip.text} <State mark={verdictMark[flip.verdict]} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Cost({ verdict }: { readonly verdict: Verdict }) {
  const { cost } = verdict;
  return (
    <div>
      <h3>Cost</h3>
      <p>{cost.text}</p>
      <dl class="pairs">
        <dt>to the approved budget</dt>
        <dd>{cost.budgetRatio === null ? 'unknown' : `${significant(cost.budgetRatio)}×`}</dd>
        <dt>to the monolith</dt>
        <dd>{cost.monolithRatio === null ? 'unknown' : `${significant(cost.monolithRatio)}×`}</dd>
      </dl>
    </div>
  );
}

function Alternatives({ verdict }: { readonly verdict: Verdict }) {
  return (
    <div>
      <h3>Cheaper alternatives</h3>
      {verdict.alternatives.length === 0 && <p class="quiet">None is written down.</p>}
      <ul>
        {verdict.alternatives.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function Decision({
  verdict,
  criteria,
}: {
  readonly verdict: Verdict;
  readonly criteria: ReadinessReport['criteria'];
}) {
  const { threePlus, decision, completions } = verdict;
  const own = criteria.filter((one) => one.domain === verdict.domain);
  const range = threePlus.min === threePlus.max ? `${threePlus.min}` : `${threePlus.min} to ${threePlus.max}`;
  const words = { true: 'met', false: 'not met', null: 'unknown' }[String(threePlus.met)] ?? 'unknown';
  return (
    <p class="quiet">
      {threePlus.applicable && (
        <span
          title={own.map((one) => `${one.title} (${one.weight}): ${one.value ?? one.reason ?? 'unknown'}`).join('\n')}
        >
          Criteria: {range} of {own.length || 'the list'}, the three-or-more rule is {words}.{' '}
        </span>
      )}
      {completions.length > 1 &&
        `If the unknown facts were known: ${completions.map((one) => `${verdictMark[one.verdict].word} when ${one.when}`).join('; ')}. `}
      {decision === null ? (
        'No decision is recorded.'
      ) : (
        <span
          title={absoluteText(decision.at)}
        >{`Decided ${dayText(decision.at)} by ${decision.by}: ${decision.outcome}.`}</span>
      )}
    </p>
  );
}

function Exemplars({ traceIds }: { readonly traceIds: readonly string[] }) {
  if (traceIds.length === 0) return null;
  return (
    <p>
      Traces that show it:{' '}
      {traceIds.slice(0, 8).map((id) => (
        <a key={id} class="code" data-row href={pathTo.trace(id)}>
          {id.slice(0, 8)}{' '}
        </a>
      ))}
    </p>
  );
}

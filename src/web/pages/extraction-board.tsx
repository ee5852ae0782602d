/** The board: value against threshold, fourteen days, since when, what is forecast, what follows. */
import type { TriggerAnswer, Verdict } from '../../contract/index.ts';
import { countText, noNumber, valueText } from '../format/number.ts';
import { triggerMark, verdictMark } from '../format/state.ts';
import { windowText } from '../format/time.ts';
import { daysText, forecastText } from '../format/trigger-sentence.ts';
import { Age } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { Scale } from '../parts/scale.tsx';
import { Squares } from '../parts/squares.tsx';
import { pathTo } from '../router.ts';

/** One row a trigger; the opened row is marked. */
export function Board(props: {
  readonly triggers: readonly TriggerAnswer[];
  readonly verdicts: readonly Verdict[];
  readonly opened: string | null;
}) {
  return (
    <div class="frame">
      <table class="dense board">
        <caption class="hidden">Extraction triggers</caption>
        <thead>
          <tr>
            <th scope="col">Trigger</th>
            <th scope="col">State</th>
            <th scope="col">Last day against the threshold</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col">
              Fourteen days{' '}
              {props.triggers.some((one) => one.synthetic) && <span class="legend-simulated">simulated</span>}
            </th>
            <th scope="col" class="number">
              Over
            </th>
            <th scope="col" class="number">
              Since
            </th>
            <th scope="col">Live, measured</th>
            <th scope="col">Forecast</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {props.triggers.map((trigger) => (
            <Row
              key={trigger.id}
              trigger={trigger}
              verdict={props.verdicts.find((one) => one.domain === trigger.domain) ?? null}
              isOpen={trigger.id === props.opened}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  trigger,
  verdict,
  isOpen,
}: {
  readonly trigger: TriggerAnswer;
  readonly verdict: Verdict | null;
  readonly isOpen: boolean;
}) {
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <th scope="row">
        <a
          data-row
          href={isOpen ? pathTo.extraction : pathTo.trigger(trigger.id)}
          aria-expanded={isOpen}
          title={`${trigger.sentence} (${trigger.source})`}
        >
          <b>{trigger.id}</b> {trigger.title}
        </a>
        <span class="below">
          <DomainName id={trigger.domain} />
        </span>
      </th>
      <td>
        <State mark={triggerMark[trigger.state]} title={trigger.reason} />
        {trigger.state === 'unknown' && trigger.reason !== null && <small>{trigger.reason}</small>}
      </td>
      <td>
        <Scale trigger={trigger} width={220} labels />
      </td>
      <td class="number">
        <Measured trigger={trigger} />
      </td>
      <td>
        <Squares trigger={trigger} />
      </td>
      <td class="number" title={daysText(trigger)}>
        {trigger.days.exceeding}
        <span class="quiet">/{trigger.days.of}</span>
      </td>
      <td class="number quiet">
        <Age at={trigger.since} />
      </td>
      <td>
        <Live trigger={trigger} />
      </td>
      <td class="quiet">{forecastText(trigger.forecast)}</td>
      <td>{verdict === null ? noNumber : <State mark={verdictMark[verdict.verdict]} title={verdict.sentence} />}</td>
    </tr>
  );
}

function Measured({ trigger }: { readonly trigger: TriggerAnswer }) {
  const { interval } = trigger;
  return (
    <>
      {valueText(trigger.value, trigger.unit)}
      <span class="below quiet">
        {interval && `${valueText(interval.low, '')} to ${valueText(interval.high, '')} `}
        {trigger.n !== null && `n ${countText(trigger.n)}`}
      </span>
    </>
  );
}

function Live({ trigger }: { readonly trigger: TriggerAnswer }) {
  const { live } = trigger;
  if (!live) return <span class="quiet">not measured</span>;
  return (
    <>
      <span class="no-break">{valueText(live.value, trigger.unit)}</span>
      <span class="below quiet no-break">
        n {countText(live.n)}, {windowText(live.window)}
      </span>
    </>
  );
}

/** An objective by window: budgets, and burn rates against the factors that page. */
import type { ObjectiveDetail } from '../../contract/index.ts';
import { countText, noNumber, percentText, shareOf, shareText, significant } from '../format/number.ts';
import { objectiveMark, truthMark } from '../format/state.ts';
import { windowText } from '../format/time.ts';
import { BudgetBar } from '../parts/budget-bar.tsx';
import { State } from '../parts/mark.tsx';

type Alert = ObjectiveDetail['burnAlerts'][number];

/** Every judged window with its counts, the simulated part named. */
export function WindowTable({ objective }: { readonly objective: ObjectiveDetail }) {
  return (
    <section>
      <h2>Windows</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Window</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Good
              </th>
              <th scope="col" class="number">
                n
              </th>
              <th scope="col" class="number">
                Simulated
              </th>
              <th scope="col" class="number">
                Covered
              </th>
              <th scope="col">Budget left</th>
            </tr>
          </thead>
          <tbody>
            {objective.windows.map((one) => (
              <tr key={one.window}>
                <th scope="row">{windowText(one.window)}</th>
                <td>
                  <State mark={objectiveMark[one.state]} title={one.reason} />
                  {one.reason !== null && <small>{one.reason}</small>}
                </td>
                <td class="number">{shareText(shareOf(one.good, one.total), objective.target)}</td>
                <td class="number" title={`${one.good} good of ${one.total}`}>
                  {countText(one.total)}
                </td>
                <td class="number quiet">
                  {one.synthetic.total === 0 ? 'none' : percentText(shareOf(one.synthetic.total, one.total))}
                </td>
                <td class="number quiet">{percentText(one.windowCovered)}</td>
                <td>
                  <BudgetBar budgetRemaining={one.budgetRemaining} window={windowText(one.window)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Burn by window against its factor: both windows of a pair must pass it. */
export function BurnTable({ objective }: { readonly objective: ObjectiveDetail }) {
  if (objective.burnAlerts.length === 0) return null;
  return (
    <section>
      <h2>Burn against its factor</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Would</th>
              <th scope="col">Windows</th>
              <th scope="col" class="number">
                Long
              </th>
              <th scope="col" class="number">
                Short
              </th>
              <th scope="col" class="number">
                Factor
              </th>
              <th scope="col">Against the factor</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {objective.burnAlerts.map((alert) => (
              <BurnRow key={`${alert.severity} ${alert.long}`} alert={alert} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function BurnRow({ alert }: { readonly alert: Alert }) {
  return (
    <tr>
      <th scope="row">{alert.severity}</th>
      <td>
        {windowText(alert.long)} and {windowText(alert.short)}
      </td>
      <td class="number">{rateText(alert.longRate)}</td>
      <td class="number">{rateText(alert.shortRate)}</td>
      <td class="number quiet">{significant(alert.factor)}×</td>
      <td>
        <BurnBar alert={alert} />
      </td>
      <td>
        <State mark={truthMark(alert.firing === null ? null : !alert.firing, 'quiet', 'firing')} />
      </td>
    </tr>
  );
}

/** Both rates as bars; the dashed line is the factor, at two thirds of the width. */
function BurnBar({ alert }: { readonly alert: Alert }) {
  const width = 120;
  const at = (width * 2) / 3;
  const size = (rate: number | null) => Math.min(width, ((rate ?? 0) / alert.factor) * at);
  const tone = (rate: number | null) => ((rate ?? 0) > alert.factor ? 'fill-breached' : 'fill-quiet');
  return (
    <svg viewBox={`0 0 ${width} 14`} width={width} height="14" aria-hidden="true">
      <rect x="0" y="2" width={size(alert.longRate)} height="4" class={tone(alert.longRate)} />
      <rect x="0" y="8" width={size(alert.shortRate)} height="4" class={tone(alert.shortRate)} />
      <path d={`M${at} 0v14`} class="threshold-mark" />
    </svg>
  );
}

function rateText(rate: number | null): string {
  return rate === null ? noNumber : `${significant(rate)}×`;
}

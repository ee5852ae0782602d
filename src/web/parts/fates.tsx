/** What became of each message about an incident: in short as a list, in full as a table. */
import type { AlertNotification } from '../../contract/index.ts';
import { sinkName } from '../format/alert-sentence.ts';
import { fateMark } from '../format/operation-marks.ts';
import { absoluteText } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Age } from './age.tsx';
import { State } from './mark.tsx';

/** One line a message: who, what, its fate, when. */
export function Fates({ notifications }: { readonly notifications: readonly AlertNotification[] }) {
  return (
    <ul class="fates">
      {notifications.map((one) => (
        <li key={keyOf(one)} title={one.reason ?? `${plural(one.attempts, 'attempt')}, ${absoluteText(one.at)}`}>
          <span>
            {sinkName(one.sink)} {one.action}
          </span>
          <State mark={fateMark[one.state]} />
          <span class="quiet">
            <Age at={one.at} ago />
          </span>
          {one.reason !== null && <small>{one.reason}</small>}
        </li>
      ))}
    </ul>
  );
}

/** The same in full. */
export function FateTable({ notifications }: { readonly notifications: readonly AlertNotification[] }) {
  return (
    <div class="frame">
      <table class="dense stacked">
        <thead>
          <tr>
            <th scope="col">Sink</th>
            <th scope="col">Message</th>
            <th scope="col">Fate</th>
            <th scope="col" class="number">
              Attempts
            </th>
            <th scope="col">Last</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {notifications.map((one) => (
            <tr key={keyOf(one)}>
              <th scope="row">{sinkName(one.sink)}</th>
              <td>{one.action}</td>
              <td>
                <State mark={fateMark[one.state]} />
              </td>
              <td class="number">
                {one.attempts}
                <span class="only-narrow"> {one.attempts === 1 ? 'attempt' : 'attempts'}</span>
              </td>
              <td class="no-break">
                <Age at={one.at} ago />
              </td>
              <td class="quiet is-words">{one.reason ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function keyOf(one: AlertNotification): string {
  return `${one.sink} ${one.action} ${one.at}`;
}

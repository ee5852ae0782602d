/** What stands guard over a domain: its open alerts and its probes. */
import type { AlertAnswer, ProbeAnswer } from '../../contract/index.ts';
import type { Answer } from '../answers.ts';
import { mutedWords } from '../format/alert-sentence.ts';
import { durationText } from '../format/number.ts';
import { alertMark, probeMark } from '../format/operation-marks.ts';
import { byProbeUrgency } from '../format/probe-sentence.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

interface AlertsProps {
  /** Of the domain, not resolved. */
  readonly alerts: readonly AlertAnswer[];
}

/** One line an alert, above everything else; nothing when all is quiet. */
export function OpenAlerts({ alerts }: AlertsProps) {
  if (alerts.length === 0) return null;
  return (
    <ul class="plain open-alerts" aria-label="Open alerts">
      {alerts.map((one) => (
        <li key={one.id}>
          <State mark={alertMark[one.state]} title={one.reason} />{' '}
          <a data-row href={pathTo.alert(one.id)}>
            {one.summary}
          </a>{' '}
          <span class="quiet">
            {one.severity}, since <Age at={one.startedAt} />
            {one.muted && `, ${mutedWords(one)}`}
            {one.acknowledgedBy !== null && `, ${one.acknowledgedBy} has it`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The probes that name the domain; a control plane without probes shows nothing. */
export function DomainProbes({ id, answer }: { readonly id: string; readonly answer: Answer<readonly ProbeAnswer[]> }) {
  if (answer.data === null) return null;
  const own = answer.data.filter((one) => one.domain === id).sort(byProbeUrgency);
  return (
    <section>
      <h2>
        <a href={pathTo.probes}>Probes</a> <span class="quiet">of this domain, from outside</span>
      </h2>
      {own.length === 0 ? (
        <p class="quiet">No probe names this domain.</p>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Probe</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Took
                </th>
                <th scope="col" class="number">
                  Last run
                </th>
              </tr>
            </thead>
            <tbody>
              {own.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    <a data-row href={pathTo.probe(one.id)}>
                      {one.title}
                    </a>
                  </th>
                  <td>
                    <State mark={probeMark[one.state]} title={one.reason} />
                    {one.state !== 'up' && one.reason !== null && <small>{one.reason}</small>}
                  </td>
                  <td class="number">{durationText(one.durationMs)}</td>
                  <td class="number">
                    <Age at={one.lastRunAt} ago />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

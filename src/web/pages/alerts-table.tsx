/** Open alerts, one group an incident: why, since when, who was told, and what can be done. */
import type { AlertAnswer } from '../../contract/index.ts';
import { mutedWords } from '../format/alert-sentence.ts';
import { type Incident, incidentsOf } from '../format/incidents.ts';
import { alertMark, severityWords } from '../format/operation-marks.ts';
import { keepUnits } from '../format/words.ts';
import { AcknowledgeButton } from '../parts/acknowledge.tsx';
import { Age } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { Fates } from '../parts/fates.tsx';
import { State } from '../parts/mark.tsx';
import { SilenceButton } from '../parts/silence-form.tsx';
import { pathTo } from '../router.ts';

/** `all` are those a silence might cover. */
export function OpenTable({
  open,
  all,
}: {
  readonly open: readonly AlertAnswer[];
  readonly all: readonly AlertAnswer[];
}) {
  return (
    <div class="frame">
      <table class="dense alerts">
        <caption class="hidden">Open alerts, grouped by incident, those that wake somebody first</caption>
        <thead>
          <tr>
            <th scope="col">Incident</th>
            <th scope="col">State</th>
            <th scope="col">Alert</th>
            <th scope="col">Since</th>
            <th scope="col">Told</th>
            <th scope="col">Act</th>
          </tr>
        </thead>
        {incidentsOf(open).map((incident) => (
          <tbody key={incident.key}>
            {incident.alerts.map((alert, at) => (
              <Row key={alert.id} alert={alert} incident={at === 0 ? incident : null} all={all} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Row(props: {
  readonly alert: AlertAnswer;
  readonly incident: Incident | null;
  readonly all: readonly AlertAnswer[];
}) {
  const { alert, incident } = props;
  return (
    <tr class={alert.muted ? 'is-muted' : ''}>
      {incident && (
        <th scope="rowgroup" rowSpan={incident.alerts.length}>
          {alert.domain === null ? 'all domains' : <DomainName id={alert.domain} />}
          <small title={severityWords[alert.severity]}>{alert.severity}</small>
        </th>
      )}
      <td>
        <State mark={alertMark[alert.state]} />
        {alert.acknowledgedBy !== null && <small>by {alert.acknowledgedBy}</small>}
      </td>
      <td class="what">
        <a data-row href={pathTo.alert(alert.id)} title={alert.rule}>
          {keepUnits(alert.summary)}
        </a>
        <small>{keepUnits(alert.reason)}</small>
        {alert.muted && <small class="muted">{mutedWords(alert)}</small>}
      </td>
      <td class="no-break since">
        <Age at={alert.startedAt} />
      </td>
      {incident && (
        <td rowSpan={incident.alerts.length} class="told">
          <Told incident={incident} />
        </td>
      )}
      <td class="act">
        <AcknowledgeButton alert={alert} />
        <SilenceButton alert={alert} alerts={props.all} />
      </td>
    </tr>
  );
}

/** Messages belong to the incident: each of its alerts carries the same ones. */
function Told({ incident }: { readonly incident: Incident }) {
  const { alerts } = incident;
  const notifications = alerts.reduce<AlertAnswer['notifications']>(
    (longest, one) => (one.notifications.length > longest.length ? one.notifications : longest),
    [],
  );
  if (notifications.length > 0) return <Fates notifications={notifications} />;
  return <span class="quiet">{noneWords(alerts)}</span>;
}

function noneWords(alerts: readonly AlertAnswer[]): string {
  if (alerts.every((one) => one.muted)) return 'nobody: muted';
  return alerts.every((one) => one.state === 'pending') ? 'nobody yet: it has not fired' : 'nobody';
}

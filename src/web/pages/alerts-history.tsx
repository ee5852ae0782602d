/** What is over: resolved alerts with how long they lasted and who took them. */
import type { AlertAnswer } from '../../contract/index.ts';
import { fateWords } from '../format/alert-sentence.ts';
import { ageText } from '../format/time.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { pathTo } from '../router.ts';

/** The last resolved first. */
export function HistoryTable({ resolved }: { readonly resolved: readonly AlertAnswer[] }) {
  if (resolved.length === 0) return <p class="quiet">Nothing has been resolved in the last 7 days.</p>;
  return (
    <div class="frame">
      <table class="dense stacked">
        <thead>
          <tr>
            <th scope="col">Resolved</th>
            <th scope="col">Lasted</th>
            <th scope="col">Alert</th>
            <th scope="col">Domain</th>
            <th scope="col">Severity</th>
            <th scope="col">Acknowledged</th>
            <th scope="col">Told</th>
          </tr>
        </thead>
        <tbody>
          {resolved.map((alert) => (
            <tr key={alert.id}>
              <td class="no-break quiet">
                <Age at={alert.resolvedAt} ago />
              </td>
              <td class="no-break">{lasted(alert)}</td>
              <td class="what">
                <a data-row href={pathTo.alert(alert.id)} title={alert.rule}>
                  {keepUnits(alert.summary)}
                </a>
              </td>
              <td>{alert.domain === null ? 'all domains' : <DomainName id={alert.domain} />}</td>
              <td>{alert.severity}</td>
              <td>{alert.acknowledgedBy ?? <span class="quiet">nobody</span>}</td>
              <td class="quiet">{fateWords(alert.notifications)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lasted(alert: AlertAnswer): string {
  return alert.resolvedAt === null ? '–' : ageText(Date.parse(alert.resolvedAt) - Date.parse(alert.startedAt));
}

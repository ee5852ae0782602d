/** What the report could not know, what CI would say, and domains without a trigger. */
import type { ReadinessReport, TriggerAnswer } from '../../contract/index.ts';
import { verdictMark } from '../format/state.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';

/** Unknown facts, those that can change a verdict first, with the command that closes each. */
export function UnknownFacts({ report }: { readonly report: ReadinessReport }) {
  const sorted = [...report.unknowns].sort((a, b) => b.flipsVerdicts.length - a.flipsVerdicts.length);
  if (sorted.length === 0) return null;
  return (
    <section id="unknowns">
      <h2>Unknown</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Why</th>
              <th scope="col">Can change</th>
              <th scope="col">What closes it</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, 14).map((item) => (
              <tr key={item.id}>
                <th scope="row">
                  <State mark={{ word: item.id, tone: 'unknown' }} />
                </th>
                <td>{item.reason}</td>
                <td>
                  {item.flipsVerdicts.length === 0 ? <span class="quiet">nothing</span> : item.flipsVerdicts.join(', ')}
                </td>
                <td>
                  {item.command === null ? <span class="quiet">not by a command</span> : <code>{item.command}</code>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Why the report ends with its exit code. */
export function ExitReasons({ report }: { readonly report: ReadinessReport }) {
  if (report.exit.reasons.length === 0) return null;
  return (
    <section>
      <h2>Asked of somebody</h2>
      <ul class="plain">
        {report.exit.reasons.map((reason) => (
          <li key={reason.kind + reason.text}>
            <b>{reason.kind}</b> {reason.text}{' '}
            <span class="quiet">{reason.lowered ? 'not counted by --fail-on' : `exit ${reason.code}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Verdicts about domains that have no trigger on the board. */
export function OtherDomains({
  report,
  triggers,
}: {
  readonly report: ReadinessReport;
  readonly triggers: readonly TriggerAnswer[];
}) {
  const others = report.verdicts.filter((one) => !triggers.some((trigger) => trigger.domain === one.domain));
  if (others.length === 0) return null;
  return (
    <section>
      <h2>Domains without a trigger</h2>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Domain</th>
              <th scope="col">Verdict</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {others.map((one) => (
              <tr key={one.domain}>
                <th scope="row">
                  <DomainName id={one.domain} />
                </th>
                <td>
                  <State mark={verdictMark[one.verdict]} />
                </td>
                <td>{one.sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

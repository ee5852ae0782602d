/** What comes in: how fast, when last, how much is under way. */
import type { StatusAnswer } from '../../contract/index.ts';
import { bytesText, countText, durationText, percentText, significant } from '../format/number.ts';
import { Age } from '../parts/age.tsx';

type IntakeStatus = StatusAnswer['intake'];

/** `heardAt`: the newest point that the app sent. */
export function Intake({ status, heardAt }: { readonly status: StatusAnswer; readonly heardAt: string | null }) {
  const { intake } = status;
  return (
    <section>
      <h2>
        Intake <span class="quiet">{overWords(intake.rates)}</span>
      </h2>
      <Signals intake={intake} />
      <dl class="pairs">
        <dt>Last data of the app</dt>
        <dd>{heardAt === null ? 'none yet' : <Age at={heardAt} ago />}</dd>
        <dt title="bodies that were begun and are not yet on disk">Under way</dt>
        <dd>{`${bytesText(intake.inFlightBytes)} of ${bytesText(intake.maxInFlightBytes)}`}</dd>
        <dt>Bodies since the start</dt>
        <dd>{`${countText(intake.bodies)}, ${bytesText(intake.bytes)}`}</dd>
        <dt title="recognised by their content and counted once">Repeated bodies</dt>
        <dd>{countText(intake.repeatedBodies)}</dd>
        <dt title="calls, vitals and batches that web pages sent twice, counted once">Doubles of web pages</dt>
        <dd>{countText(intake.deduplicated)}</dd>
        <dt title="they correct their slice, and never open or close an alert in the past">Late points</dt>
        <dd>{countText(intake.latePoints)}</dd>
        <dt title="records whose label sets found no room; they are counted together">Without a series</dt>
        <dd>{countText(intake.overflowed)}</dd>
        <dt>Mapped to a domain</dt>
        <dd title={`${status.coverage.mapped} mapped, ${status.coverage.unmapped} unmapped`}>
          {status.coverage.ratio === null
            ? 'no request yet'
            : `${percentText(status.coverage.ratio)} of ${countText(status.coverage.mapped + status.coverage.unmapped)} requests`}
        </dd>
      </dl>
    </section>
  );
}

function Signals({ intake }: { readonly intake: IntakeStatus }) {
  const { rates, lastBodyAt } = intake;
  const rows = [
    { name: 'Spans', rate: rates?.spansPerSecond, total: intake.spans, lastAt: lastBodyAt.traces },
    { name: 'Metric points', rate: rates?.pointsPerSecond, total: intake.points, lastAt: lastBodyAt.metrics },
    { name: 'Log records', rate: rates?.logRecordsPerSecond, total: intake.logs, lastAt: lastBodyAt.logs },
  ];
  return (
    <div class="frame">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col" class="number">
              A second
            </th>
            <th scope="col" class="number">
              Since the start
            </th>
            <th scope="col" class="number" title="of anybody but the watcher itself">
              Last body
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, rate, total, lastAt }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{rate === undefined ? '–' : significant(rate)}</td>
              <td class="number" title={String(total)}>
                {countText(total)}
              </td>
              <td class="number">{lastAt === null ? 'none yet' : <Age at={lastAt} ago />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function overWords(rates: IntakeStatus['rates']): string {
  if (rates === null) return 'no rate yet';
  return rates.overMs < 55_000 ? `over the first ${durationText(rates.overMs)}` : 'over the last minute';
}

/** Is the watcher itself alive: watermark, intake and what it refused, store, tick, listeners. */

import type { StatusAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { bytesText, countText, durationText, noNumber, percentText, significant } from '../format/number.ts';
import { truthMark } from '../format/state.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';

/** `/status`. */
export function StatusPage() {
  useTitle('Status');
  const status = useAnswer<StatusAnswer>('/status');
  return (
    <Loaded answer={status} what="the status">
      {(data) => (
        <>
          <h1 class="sentence">{keepUnits(data.sentence)}</h1>
          <div class="columns">
            <Intake status={data} />
            <Rejected status={data} />
            <Engine status={data} />
            <Listeners status={data} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Intake({ status }: { readonly status: StatusAnswer }) {
  const { intake } = status;
  return (
    <section>
      <h2>Intake</h2>
      <dl class="pairs">
        <dt>Rate</dt>
        <dd>{intake.spansPerSecond === null ? 'no rate yet' : `${significant(intake.spansPerSecond)} spans/s`}</dd>
        <dt>Spans since the start</dt>
        <dd title={String(intake.spans)}>{countText(intake.spans)}</dd>
        <dt>Metric points</dt>
        <dd title={String(intake.points)}>{countText(intake.points)}</dd>
        <dt>Bodies</dt>
        <dd>{`${countText(intake.bodies)}, ${bytesText(intake.bytes)}`}</dd>
        <dt title="recognised by their content and counted once">Repeated bodies</dt>
        <dd>{countText(intake.repeatedBodies)}</dd>
        <dt title="they correct their slice, and never open or close an alert in the past">Late points</dt>
        <dd>{countText(intake.latePoints)}</dd>
        <dt>Mapped to a domain</dt>
        <dd
          title={`${status.coverage.mapped} mapped, ${status.coverage.unmapped} unmapped`}
        >{`${percentText(status.coverage.ratio)} of ${countText(status.coverage.mapped + status.coverage.unmapped)}`}</dd>
      </dl>
    </section>
  );
}

function Rejected({ status }: { readonly status: StatusAnswer }) {
  const { rejected } = status.intake;
  return (
    <section>
      <h2>Rejected, by reason</h2>
      {rejected.length === 0 ? (
        <p class="quiet">Nothing has been rejected since the start.</p>
      ) : (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="number">
                  Records
                </th>
              </tr>
            </thead>
            <tbody>
              {rejected.map((one) => (
                <tr key={one.reason}>
                  <th scope="row">{one.reason}</th>
                  <td class="number">{countText(one.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Engine({ status }: { readonly status: StatusAnswer }) {
  const { store, tick } = status;
  return (
    <section>
      <h2>Engine and store</h2>
      <dl class="pairs">
        <dt>Numbers complete to</dt>
        <dd>
          <Age at={status.watermark} ago />
        </dd>
        <dt>Last tick</dt>
        <dd>
          {durationText(tick.lastMs)} for {tick.objectives} objectives, <Age at={tick.at} ago />
        </dd>
        <dt>Store</dt>
        <dd>{bytesText(store.bytes)}</dd>
        <dt>File</dt>
        <dd class="code">{store.path}</dd>
        <dt>Series</dt>
        <dd>{countText(store.series)}</dd>
        <dt>Traces</dt>
        <dd>{store.traces === null ? noNumber : countText(store.traces)}</dd>
        <dt>Oldest data</dt>
        <dd>
          <Age at={store.oldest} ago />
        </dd>
      </dl>
    </section>
  );
}

function Listeners({ status }: { readonly status: StatusAnswer }) {
  return (
    <section>
      <h2>Instance</h2>
      <dl class="pairs">
        <dt>Version</dt>
        <dd>{status.version}</dd>
        <dt>Profile</dt>
        <dd>{status.profile}</dd>
        <dt>Started</dt>
        <dd>
          <Age at={status.startedAt} ago />
        </dd>
        <dt>Instance</dt>
        <dd class="code">{status.instanceId}</dd>
      </dl>
      <div class="frame">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Listener</th>
              <th scope="col">Address</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {status.listeners.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td class="code">{one.address}</td>
                <td>
                  <State mark={truthMark(one.ok, 'listening', 'not listening')} />
                  {one.reason !== null && <small>{one.reason}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What the watcher says about itself, and which unknowns would change its mind. */
import type { ReadinessReport, StatusAnswer } from '../../contract/index.ts';
import type { Answer } from '../answers.ts';
import { countText, durationText, percentText, significant } from '../format/number.ts';
import { refusedCount } from '../format/refused-words.ts';
import { exitSentence } from '../format/trigger-sentence.ts';
import { listAtMost, plural } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { pathTo } from '../router.ts';

/** The right column below the board. */
export function WatcherSays({
  status,
  readiness,
}: {
  readonly status: Answer<StatusAnswer>;
  readonly readiness: ReadinessReport | null;
}) {
  return (
    <section class="watcher">
      <h2>
        <a href={pathTo.status}>The watcher</a>
      </h2>
      {status.data === null ? (
        <p class="quiet">{status.failure?.message ?? 'Reading its status…'}</p>
      ) : (
        <Figures status={status.data} />
      )}
      {readiness && <Unknowns readiness={readiness} />}
    </section>
  );
}

function Figures({ status }: { readonly status: StatusAnswer }) {
  const { refused, rejectedRecords } = status.intake;
  const what = refusedCount(status.intake);
  return (
    <>
      <p>{status.sentence}</p>
      <dl class="pairs">
        <dt>Complete to</dt>
        <dd>
          <Age at={status.watermark} ago />
        </dd>
        <dt>Intake</dt>
        <dd>
          {status.intake.spansPerSecond === null
            ? 'no rate yet'
            : `${significant(status.intake.spansPerSecond)} spans/s`}
        </dd>
        <dt>Refused</dt>
        <dd
          class={what === null ? '' : 'tone-breached'}
          title={[...refused, ...rejectedRecords].map((one) => `${one.reason}: ${one.count}`).join('\n')}
        >
          {what ?? 'nothing'}
        </dd>
        <dt>Mapped to a domain</dt>
        <dd title={`${countText(status.coverage.mapped)} mapped, ${countText(status.coverage.unmapped)} unmapped`}>
          {percentText(status.coverage.ratio)}
        </dd>
        <dt>Last tick</dt>
        <dd>{`${durationText(status.tick.lastMs)} for ${plural(status.tick.objectives, 'objective')}`}</dd>
      </dl>
    </>
  );
}

function Unknowns({ readiness }: { readonly readiness: ReadinessReport }) {
  const deciding = readiness.unknowns.filter((one) => one.flipsVerdicts.length > 0);
  return (
    <>
      <p>{exitSentence(readiness.exit)}</p>
      {deciding.length > 0 && (
        <p>
          {plural(deciding.length, 'unknown')} could change a verdict:{' '}
          <a href={`${pathTo.extraction}#unknowns`}>
            {listAtMost(
              deciding.map((one) => one.id),
              3,
            )}
          </a>
          .
        </p>
      )}
    </>
  );
}

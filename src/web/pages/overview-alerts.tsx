/** Open alerts in miniature, and how the probes are. */
import type { AlertAnswer, ProbeAnswer } from '../../contract/index.ts';
import type { Answer } from '../answers.ts';
import { fateWords, isCounted, mutedWords } from '../format/alert-sentence.ts';
import { alertMark } from '../format/operation-marks.ts';
import { probesSentence } from '../format/probe-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age, useNow } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

const shown = 4;

/** At the top of the right column: what is on fire comes before everything else. */
export function MiniAlerts({
  alerts,
  probes,
}: {
  readonly alerts: Answer<readonly AlertAnswer[]>;
  readonly probes: Answer<readonly ProbeAnswer[]>;
}) {
  const now = useNow();
  const open = (alerts.data ?? []).filter(isCounted);
  return (
    <section class="mini-alerts">
      <h2>
        <a href={pathTo.alerts}>Open alerts</a>
      </h2>
      {alerts.data === null && <p class="quiet">{alerts.failure?.message ?? 'Reading the alerts…'}</p>}
      {alerts.data !== null && open.length === 0 && <p class="quiet">Nothing is firing.</p>}
      {open.slice(0, shown).map((alert) => (
        <MiniAlert key={alert.id} alert={alert} />
      ))}
      {open.length > shown && (
        <p>
          <a href={pathTo.alerts}>{open.length - shown} more</a>
        </p>
      )}
      <h2 class="next">
        <a href={pathTo.probes}>Probes</a>
      </h2>
      <p class="quiet">
        {probes.data === null
          ? (probes.failure?.message ?? 'Reading the probes…')
          : keepUnits(probesSentence(probes.data, now))}
      </p>
    </section>
  );
}

function MiniAlert({ alert }: { readonly alert: AlertAnswer }) {
  return (
    <a class="mini-row" data-row href={pathTo.alert(alert.id)} title={alert.reason}>
      <span class="mini-head">
        <b>{alert.domain ?? 'all domains'}</b> <span class="quiet">{alert.severity}</span>
        <State mark={alertMark[alert.state]} />
      </span>
      <span class="mini-words">{alert.summary}</span>
      <span class="mini-foot quiet">
        <span class="clip">{alert.muted ? mutedWords(alert) : fateWords(alert.notifications)}</span>
        <span>
          since <Age at={alert.startedAt} />
        </span>
      </span>
    </a>
  );
}

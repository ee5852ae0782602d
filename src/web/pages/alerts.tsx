/** Alerts: what is open and why, who was told, what is silenced, what is over. */
import type { AlertAnswer, SilenceAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { alertsSentence } from '../format/alert-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { useNow } from '../parts/age.tsx';
import { Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { HistoryTable } from './alerts-history.tsx';
import { OpenTable } from './alerts-table.tsx';
import { Silences } from './silences.tsx';

/** `/alerts`. */
export function AlertsPage() {
  useTitle('Alerts');
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts');
  const silences = useAnswer<readonly SilenceAnswer[]>('/silences');
  const now = useNow();
  return (
    <Loaded answer={alerts} what="the alerts">
      {(list) => {
        const open = list.filter((one) => one.state !== 'resolved');
        return (
          <>
            <h1 class="sentence">{keepUnits(alertsSentence(list, now))}</h1>
            {open.length > 0 ? <OpenTable open={open} all={list} /> : <NothingOpen known={list.length > 0} />}
            <Silences answer={silences} alerts={list} />
            <section>
              <h2>Resolved in the last 7 days</h2>
              <HistoryTable resolved={list.filter((one) => one.state === 'resolved')} />
            </section>
          </>
        );
      }}
    </Loaded>
  );
}

/** Says what could alert, so that quiet is not mistaken for blindness. */
function NothingOpen({ known }: { readonly known: boolean }) {
  return (
    <div class="quiet calm">
      <p>
        Alerts come from objectives that burn, probes that are down, triggers that fire, and the watcher's own health.{' '}
        <a href={pathTo.runbooks}>What to do for each kind</a>.
      </p>
      {!known && (
        <>
          <p>Who is told is set under alerts in seamwatch.yaml; the command says whether it is well written.</p>
          <pre>
            <code>npx seamwatch validate --config seamwatch.yaml</code>
          </pre>
        </>
      )}
    </div>
  );
}

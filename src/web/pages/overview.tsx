/** The overview: the sentence, every objective on one board, the triggers in miniature, the watcher's own words. */

import type {
  AlertAnswer,
  ObjectiveAnswer,
  ProbeAnswer,
  ReadinessReport,
  StatusAnswer,
  TriggerAnswer,
} from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { overviewSentence } from '../format/overview-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { useLocation } from '../location.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { MiniAlerts } from './overview-alerts.tsx';
import { MiniBoard } from './overview-board.tsx';
import { ObjectiveTable } from './overview-table.tsx';
import { WatcherSays } from './overview-watcher.tsx';

/** `/`; `?state=breached` shows one state only. */
export function OverviewPage() {
  const objectives = useAnswer<readonly ObjectiveAnswer[]>('/objectives');
  const triggers = useAnswer<readonly TriggerAnswer[]>('/triggers');
  const readiness = useAnswer<ReadinessReport>('/readiness', 10_000);
  const status = useAnswer<StatusAnswer>('/status');
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts');
  const probes = useAnswer<readonly ProbeAnswer[]>('/probes');
  const { query } = useLocation();
  useTitle('Overview');
  return (
    <Loaded answer={objectives} what="the objectives">
      {(list) =>
        list.length === 0 ? (
          <NoObjectives />
        ) : (
          <>
            <h1 class="sentence">{keepUnits(overviewSentence(list, triggers.data ?? []))}</h1>
            <div class="with-aside">
              <ObjectiveTable objectives={list} only={query.get('state')} />
              <aside>
                <MiniAlerts alerts={alerts} probes={probes} />
                <MiniBoard triggers={triggers} verdicts={readiness.data?.verdicts ?? []} />
                <WatcherSays status={status} readiness={readiness.data} />
              </aside>
            </div>
          </>
        )
      }
    </Loaded>
  );
}

function NoObjectives() {
  return (
    <Empty title="No objective is written down yet." command="npx seamwatch validate --config seamwatch.yaml">
      <p>
        Objectives come from the profile and from seamwatch.yaml; the command below says which are found, and why the
        others are not.
      </p>
    </Empty>
  );
}

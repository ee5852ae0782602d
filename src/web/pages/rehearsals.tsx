/** Rehearsals: at which load each objective breaks, newest first. */
import type { RehearsalAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { rehearsalMark } from '../format/operation-marks.ts';
import { headroomWords, intervalWords, listSentence, staircaseWords } from '../format/rehearsal-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';

/** `/rehearsals`. */
export function RehearsalsPage() {
  useTitle('Rehearsals');
  const rehearsals = useAnswer<readonly RehearsalAnswer[]>('/rehearsals');
  return (
    <Loaded answer={rehearsals} what="the rehearsals">
      {(list) =>
        list.length === 0 ? (
          <NoRehearsals />
        ) : (
          <>
            <h1 class="sentence">{keepUnits(listSentence(list))}</h1>
            <RehearsalTable rehearsals={list} />
          </>
        )
      }
    </Loaded>
  );
}

function RehearsalTable({ rehearsals }: { readonly rehearsals: readonly RehearsalAnswer[] }) {
  return (
    <div class="frame">
      <table class="dense stacked">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Scenario</th>
            <th scope="col">Started</th>
            <th scope="col">Steps</th>
            <th scope="col">Breaks first</th>
          </tr>
        </thead>
        <tbody>
          {rehearsals.map((one) => (
            <tr key={one.id}>
              <td>
                <State mark={rehearsalMark[one.state]} title={one.reason} />
              </td>
              <th scope="row" class="what">
                <a data-row href={pathTo.rehearsal(one.id)} title={one.id}>
                  {one.scenario}
                </a>
                <span class="quiet"> against {one.target}</span>
                {one.reason !== null && <small>{one.reason}</small>}
              </th>
              <td class="no-break quiet">
                <Age at={one.startedAt} ago />
              </td>
              <td class="is-words">{staircaseWords(one.steps)}</td>
              <td class="is-words">
                <FirstBreak rehearsal={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FirstBreak({ rehearsal }: { readonly rehearsal: RehearsalAnswer }) {
  const first = rehearsal.breaking[0];
  if (!first) {
    const words = { complete: 'nothing broke', running: 'nothing so far', failed: 'not known' };
    return <span class="quiet">{words[rehearsal.state]}</span>;
  }
  const headroom = headroomWords(first, rehearsal.todayPeakPerSecond);
  return (
    <>
      <a href={pathTo.objective(first.objective)}>{first.objective}</a> {intervalWords(first)}
      {headroom !== null && <small>{headroom}</small>}
    </>
  );
}

function NoRehearsals() {
  return (
    <Empty
      title="Nothing has been rehearsed: the load at which an objective breaks is not known."
      command="npx seamwatch rehearse"
    >
      <p>
        A rehearsal raises the load in steps with k6 until an objective breaks, and says between which two rates that
        is. Run it against a system that may break: never against production by accident.
      </p>
    </Empty>
  );
}

/** One rehearsal: the staircase, where each objective breaks, and the numbers of both sides. */
import type { RehearsalAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { rehearsalMark } from '../format/operation-marks.ts';
import { headroomWords, intervalWords, rateText, sideWords } from '../format/rehearsal-sentence.ts';
import { keepUnits } from '../format/words.ts';
import { Age } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { StaircaseChart } from '../parts/staircase.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { StepTable } from './rehearsal-steps.tsx';

/** `/rehearsals/:id`. */
export function RehearsalPage({ id }: { readonly id: string }) {
  useTitle(`Rehearsal ${id}`);
  const answer = useAnswer<RehearsalAnswer>(pathTo.rehearsal(id));
  return (
    <Loaded answer={answer} what="the rehearsal">
      {(rehearsal) => (
        <>
          <Head rehearsal={rehearsal} />
          {rehearsal.steps.length > 0 && (
            <>
              <section>
                <StaircaseChart rehearsal={rehearsal} />
              </section>
              <Breaks rehearsal={rehearsal} />
              <section>
                <h2>Step by step</h2>
                <StepTable steps={rehearsal.steps} />
              </section>
            </>
          )}
        </>
      )}
    </Loaded>
  );
}

function Head({ rehearsal }: { readonly rehearsal: RehearsalAnswer }) {
  const lasted = rehearsal.endedAt === null ? null : Date.parse(rehearsal.endedAt) - Date.parse(rehearsal.startedAt);
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.rehearsals}>Rehearsals</a> / {rehearsal.id}
      </p>
      <h1 class="sentence">{keepUnits(rehearsal.sentence)}</h1>
      {rehearsal.reason !== null && <p>{rehearsal.reason}</p>}
      <p class="facts">
        <State mark={rehearsalMark[rehearsal.state]} />
        <span>scenario {rehearsal.scenario}</span>
        <span>against {rehearsal.target}</span>
        <span>
          started <Age at={rehearsal.startedAt} ago />
          {lasted !== null && `, took ${durationText(lasted)}`}
        </span>
        <span>{rehearsal.generator}</span>
        <span>
          {rehearsal.todayPeakPerSecond === null
            ? "today's peak is not known"
            : `today's peak ${rateText(rehearsal.todayPeakPerSecond)}`}
        </span>
      </p>
    </header>
  );
}

function Breaks({ rehearsal }: { readonly rehearsal: RehearsalAnswer }) {
  return (
    <section>
      <h2>Where each objective breaks, the first one first</h2>
      {rehearsal.breaking.length === 0 ? (
        <p class="quiet">
          {rehearsal.state === 'running' ? 'Nothing has broken so far.' : 'Nothing broke within the offered load.'}
        </p>
      ) : (
        <div class="frame">
          <table class="dense fit stacked">
            <thead>
              <tr>
                <th scope="col">Objective</th>
                <th scope="col">Breaks</th>
                <th scope="col">Against today</th>
                <th scope="col">Seen</th>
              </tr>
            </thead>
            <tbody>
              {rehearsal.breaking.map((one) => (
                <tr key={`${one.objective} ${one.side}`}>
                  <th scope="row">
                    <a data-row href={pathTo.objective(one.objective)}>
                      {one.objective}
                    </a>
                  </th>
                  <td class="is-words">{intervalWords(one)}</td>
                  <td class="quiet">{headroomWords(one, rehearsal.todayPeakPerSecond) ?? 'the peak is not known'}</td>
                  <td>{sideWords(one.side)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The proof that an objective can be measured and would be noticed, and its definition with the source. */
import type { ObjectiveDetail } from '../../contract/index.ts';
import { durationText, percentText } from '../format/number.ts';
import { truthMark } from '../format/state.ts';
import { State } from '../parts/mark.tsx';

/** What the compiler found, and how soon each pair of windows would notice a failure. */
export function ProofTable({ objective }: { readonly objective: ObjectiveDetail }) {
  const { issues, detection } = objective.proof;
  return (
    <section>
      <h2>Proof</h2>
      {issues.length === 0 && <p>Measurable as written; every factor can be reached.</p>}
      {issues.map((issue) => (
        <p key={issue.message}>
          <State
            mark={
              issue.severity === 'error' ? { word: 'error', tone: 'breached' } : { word: 'warning', tone: 'pending' }
            }
          />{' '}
          {issue.message}
        </p>
      ))}
      {detection.length > 0 && (
        <div class="frame">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Pair</th>
                <th scope="col" class="number">
                  If failing
                </th>
                <th scope="col" class="number">
                  Noticed after
                </th>
                <th scope="col" class="number">
                  Quiet again after
                </th>
                <th scope="col" class="number">
                  Budget spent by then
                </th>
              </tr>
            </thead>
            <tbody>
              {detection.map((row) => (
                <tr key={`${row.pair} ${row.failureRatio}`}>
                  <th scope="row">{row.pair}</th>
                  <td class="number">{percentText(row.failureRatio)}</td>
                  <td class="number">
                    {row.detectMs === null ? (
                      <State mark={truthMark(false, '', 'never')} />
                    ) : (
                      durationText(row.detectMs)
                    )}
                  </td>
                  <td class="number">{durationText(row.resetMs)}</td>
                  <td class="number">{percentText(row.budgetSpent)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The YAML as written and the line of the document it comes from. */
export function Definition({ objective }: { readonly objective: ObjectiveDetail }) {
  return (
    <section>
      <h2>Definition</h2>
      <blockquote>
        {objective.sentence} <cite>{objective.source}</cite>
      </blockquote>
      <div class="frame">
        <pre>
          <code>{objective.definition}</code>
        </pre>
      </div>
    </section>
  );
}

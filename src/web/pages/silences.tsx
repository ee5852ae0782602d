/** Who muted what, why, until when; and the button that ends it. */
import { useState } from 'preact/hooks';
import type { AlertAnswer, SilenceAnswer } from '../../contract/index.ts';
import { type Answer, type Failure, serverNowMs } from '../answers.ts';
import { matchWords, silenceWhen } from '../format/alert-sentence.ts';
import { absoluteText } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { useNow } from '../parts/age.tsx';
import { SilenceButton } from '../parts/silence-form.tsx';
import { WriteFailure } from '../parts/write-failure.tsx';
import { say } from '../said.ts';
import { send } from '../send.ts';

/** Standing ones first; those that are over are folded away. */
export function Silences({
  answer,
  alerts,
}: {
  readonly answer: Answer<readonly SilenceAnswer[]>;
  readonly alerts: readonly AlertAnswer[];
}) {
  const now = useNow();
  const list = answer.data ?? [];
  const standing = list.filter((one) => Date.parse(one.endsAt) > now);
  const over = list.filter((one) => Date.parse(one.endsAt) <= now);
  return (
    <section>
      <div class="head-line">
        <h2>Silences</h2>
        <SilenceButton alert={null} alerts={alerts} />
      </div>
      {answer.data === null && <p class="quiet">{answer.failure?.message ?? 'Reading the silences…'}</p>}
      {answer.data !== null && standing.length === 0 && <p class="quiet">Nothing is silenced.</p>}
      {standing.length > 0 && <SilenceTable silences={standing} />}
      {over.length > 0 && (
        <details>
          <summary>{plural(over.length, 'silence')} ended</summary>
          <SilenceTable silences={over} />
        </details>
      )}
    </section>
  );
}

function SilenceTable({ silences }: { readonly silences: readonly SilenceAnswer[] }) {
  const now = useNow();
  return (
    <div class="frame">
      <table class="dense stacked silences">
        <thead>
          <tr>
            <th scope="col">Mutes</th>
            <th scope="col">Reason</th>
            <th scope="col">By</th>
            <th scope="col">When</th>
            <th scope="col">
              <span class="hidden">Act</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {silences.map((one) => (
            <tr key={one.id}>
              <th scope="row" class="may-break is-words">
                {matchWords(one.match)}
              </th>
              <td class="is-words">{one.reason}</td>
              <td>
                <span class="only-narrow">by </span>
                {one.by}
              </td>
              <td class="no-break" title={`${absoluteText(one.startsAt)} to ${absoluteText(one.endsAt)}`}>
                {silenceWhen(one, now)}
              </td>
              <td class="act">{Date.parse(one.endsAt) > now && <EndButton silence={one} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EndButton({ silence }: { readonly silence: SilenceAnswer }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const end = async () => {
    const sent = await send<SilenceAnswer>(`/silences/${encodeURIComponent(silence.id)}/end`, {});
    setFailure('failure' in sent ? sent.failure : null);
    if ('failure' in sent) return;
    say(
      `Ended at ${absoluteText(new Date(serverNowMs()).toISOString())}: the silence of ${matchWords(silence.match)}.`,
    );
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  return (
    <>
      <button type="button" onClick={() => void end()}>
        End<span class="hidden"> the silence of {matchWords(silence.match)}</span>
      </button>
      {failure && <WriteFailure failure={failure} what="Ending a silence" onSignedIn={() => setFailure(null)} />}
    </>
  );
}

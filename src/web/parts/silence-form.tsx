/** Mutes alerts for a while, with a reason and an end; says before the press what will be muted. */
import { useId, useState } from 'preact/hooks';
import type { AlertAnswer, SilenceAnswer } from '../../contract/index.ts';
import { type Failure, serverNowMs } from '../answers.ts';
import { matchWords } from '../format/alert-sentence.ts';
import { isCovered, matchOf, type SilenceFields, silenceLengths, silenceRequestOf } from '../format/silence-request.ts';
import { absoluteText } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { keepName, storedName } from '../own-name.ts';
import { say } from '../said.ts';
import { send } from '../send.ts';
import { Dialog } from './dialog.tsx';
import { useCatalogue } from './domain-name.tsx';
import { WriteFailure } from './write-failure.tsx';

/** A button that opens the form, filled from `alert` when there is one; `alerts` are those it might cover. */
export function SilenceButton({
  alert,
  alerts,
}: {
  readonly alert: AlertAnswer | null;
  readonly alerts: readonly AlertAnswer[];
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {alert === null ? 'New silence' : 'Silence'}
        {alert !== null && <span class="hidden"> {alert.summary}</span>}
      </button>
      {open && (
        <Dialog title="Silence alerts" onClose={() => setOpen(false)}>
          <SilenceForm alert={alert} alerts={alerts} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function SilenceForm(props: {
  readonly alert: AlertAnswer | null;
  readonly alerts: readonly AlertAnswer[];
  readonly onClose: () => void;
}) {
  const [fields, setFields] = useState<SilenceFields>(() => firstFields(props.alert));
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const submit = async () => {
    const made = silenceRequestOf(fields, serverNowMs());
    setProblem('problem' in made ? made.problem : null);
    if ('problem' in made) return;
    keepName(made.request.by);
    const sent = await send<SilenceAnswer>('/silences', made.request);
    setFailure('failure' in sent ? sent.failure : null);
    if ('failure' in sent) return;
    say(`Silenced until ${absoluteText(made.request.endsAt)}: ${matchWords(made.request.match)}.`);
    props.onClose();
  };
  return (
    <>
      <form
        class="fields"
        onInput={(event) => {
          const target = event.target;
          if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)
            setFields((before) => ({ ...before, [target.name]: target.value }));
        }}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <What fields={fields} alerts={props.alerts} />
        <HowLong fields={fields} />
        <label>
          Reason
          <input name="reason" required minLength={3} maxLength={500} value={fields.reason} />
        </label>
        <label>
          By
          <input name="by" required maxLength={100} autocomplete="name" value={fields.by} />
        </label>
        {problem !== null && (
          <p class="tone-breached" role="alert">
            {problem}
          </p>
        )}
        <p class="buttons">
          <button type="submit" class="is-main">
            Silence
          </button>
          <button type="button" onClick={props.onClose}>
            Cancel
          </button>
        </p>
      </form>
      {failure && <WriteFailure failure={failure} what="Silencing" onSignedIn={() => setFailure(null)} />}
    </>
  );
}

function What({ fields, alerts }: { readonly fields: SilenceFields; readonly alerts: readonly AlertAnswer[] }) {
  const catalogue = useCatalogue();
  const rules = useId();
  const match = matchOf(fields);
  const covered = alerts.filter((one) => one.state !== 'resolved' && isCovered(match, one)).length;
  return (
    <fieldset>
      <legend>What: every condition that is given must hold</legend>
      <label>
        Rule
        <input
          name="rule"
          list={rules}
          placeholder="any rule"
          value={fields.rule}
          autocomplete="off"
          spellcheck={false}
        />
        <datalist id={rules}>
          {[...new Set(alerts.map((one) => one.rule))].map((rule) => (
            <option key={rule} value={rule} />
          ))}
        </datalist>
      </label>
      <span class="field-pair">
        <label>
          Domain
          <select name="domain" value={fields.domain}>
            <option value="">any domain</option>
            {[...new Set([...catalogue, ...(fields.domain === '' ? [] : [fields.domain])])].map((domain) => (
              <option key={domain}>{domain}</option>
            ))}
          </select>
        </label>
        <label>
          Severity
          <select name="severity" value={fields.severity}>
            <option value="">any severity</option>
            <option>page</option>
            <option>ticket</option>
            <option>info</option>
          </select>
        </label>
      </span>
      <p class="quiet">
        {Object.keys(match).length === 0
          ? 'Nothing is chosen yet.'
          : `Mutes ${matchWords(match)}: ${plural(covered, 'alert')} of now. Whoever was told before still hears of the end.`}
      </p>
    </fieldset>
  );
}

function HowLong({ fields }: { readonly fields: SilenceFields }) {
  return (
    <fieldset>
      <legend>How long</legend>
      <span class="choices">
        {[...Object.keys(silenceLengths), 'until'].map((length) => (
          <label key={length}>
            <input type="radio" name="length" value={length} checked={fields.length === length} />
            {length}
          </label>
        ))}
        {fields.length === 'until' && (
          <input name="until" type="datetime-local" aria-label="Until, in UTC" required value={fields.until} />
        )}
        {fields.length === 'until' && <span class="quiet">UTC</span>}
      </span>
    </fieldset>
  );
}

function firstFields(alert: AlertAnswer | null): SilenceFields {
  return {
    domain: alert?.domain ?? '',
    rule: alert?.rule ?? '',
    severity: alert?.severity ?? '',
    length: '1 h',
    until: new Date(serverNowMs() + 8 * 3_600_000).toISOString().slice(0, 16),
    reason: '',
    by: storedName(),
  };
}

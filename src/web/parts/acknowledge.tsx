/** Acknowledges an alert: one press once the name is known, before that the name is asked. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AcknowledgeRequest, AlertAnswer } from '../../contract/index.ts';
import type { Failure } from '../answers.ts';
import { keepName, storedName } from '../own-name.ts';
import { pathTo } from '../router.ts';
import { say } from '../said.ts';
import { send } from '../send.ts';
import { Dialog } from './dialog.tsx';
import { WriteFailure } from './write-failure.tsx';

/** Nothing for alerts that nobody can acknowledge: pending, acknowledged and resolved ones, mere notes. */
export function AcknowledgeButton({ alert }: { readonly alert: AlertAnswer }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const can = alert.state === 'firing' && alert.severity !== 'info';
  useFocusKept(button, can);
  if (!can) return null;
  const acknowledge = async (by: string) => {
    setBusy(true);
    const sent = await send<AlertAnswer>(`${pathTo.alert(alert.id)}/ack`, { by } satisfies AcknowledgeRequest);
    setBusy(false);
    setFailure('failure' in sent ? sent.failure : null);
    setAsking('failure' in sent);
    if (!('failure' in sent)) say(`Acknowledged as ${by}: ${alert.summary}`);
  };
  const press = () => {
    const name = storedName();
    if (name === '') setAsking(true);
    else void acknowledge(name);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        disabled={busy}
        title={storedName() === '' ? 'asks for your name once' : `as ${storedName()}`}
        onClick={press}
      >
        Acknowledge<span class="hidden"> {alert.summary}</span>
      </button>
      {asking && (
        <Dialog title="Acknowledge" onClose={() => setAsking(false)}>
          <p class="quiet">{alert.summary}</p>
          <NameForm busy={busy} onName={acknowledge} onCancel={() => setAsking(false)} />
          {failure && <WriteFailure failure={failure} what="Acknowledging" onSignedIn={() => setFailure(null)} />}
        </Dialog>
      )}
    </>
  );
}

/** When the button goes, the focus that was on it goes to the row's link, or to the page. */
function useFocusKept(button: { readonly current: HTMLButtonElement | null }, can: boolean): void {
  const place = useRef<Element | null>(null);
  useEffect(() => {
    if (can) place.current = button.current?.closest('tr, main') ?? null;
    else if (place.current !== null && document.activeElement === document.body) {
      const next = place.current.querySelector<HTMLElement>('.what [data-row]') ?? document.getElementById('main');
      next?.focus({ preventScroll: true });
      place.current = null;
    }
  }, [can]);
}

function NameForm(props: {
  readonly busy: boolean;
  readonly onName: (name: string) => Promise<void>;
  readonly onCancel: () => void;
}) {
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get('by') ?? '').trim();
        if (name === '') return;
        keepName(name);
        void props.onName(name);
      }}
    >
      <label>
        Your name, as others will read it
        <input name="by" required maxLength={100} autocomplete="name" defaultValue={storedName()} />
      </label>
      <p class="buttons">
        <button type="submit" class="is-main" disabled={props.busy}>
          Acknowledge
        </button>
        <button type="button" onClick={props.onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}

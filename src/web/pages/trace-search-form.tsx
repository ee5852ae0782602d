/** The search line of the traces: an id leads to its page, everything else becomes the address. */
import { useState } from 'preact/hooks';
import { navigate } from '../location.ts';
import { useCatalogue } from '../parts/domain-name.tsx';
import { pathOfPastedId, pathTo } from '../router.ts';

/** Filled with what the address asks for. */
export function TraceSearchForm({ query }: { readonly query: URLSearchParams }) {
  const [id, setId] = useState('');
  const submit = (form: HTMLFormElement) => {
    const pasted = pathOfPastedId(id);
    if (pasted !== null) return navigate(pasted);
    if (!form.reportValidity()) return;
    const next = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (name !== 'id' && typeof value === 'string' && value !== '') next.set(name, value);
    for (const name of ['from', 'to', 'correlationId']) {
      const kept = query.get(name);
      if (kept !== null) next.set(name, kept);
    }
    navigate(next.size === 0 ? pathTo.traces : `${pathTo.traces}?${next}`);
  };
  return (
    <form
      class="trace-search"
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
      onChange={(event) => event.target instanceof HTMLSelectElement && submit(event.currentTarget)}
    >
      <input
        name="id"
        class="wide"
        aria-label="Trace or correlation ID"
        placeholder="Paste any trace or correlation ID"
        value={id}
        onInput={(event) => setId(event.currentTarget.value)}
        autocomplete="off"
        spellcheck={false}
      />
      <Fields query={query} />
      <button type="submit">Search</button>
    </form>
  );
}

function Fields({ query }: { readonly query: URLSearchParams }) {
  const catalogue = useCatalogue();
  const asked = (name: string) => query.get(name) ?? '';
  return (
    <>
      <select name="domain" aria-label="Domain" value={asked('domain')}>
        <option value="">every domain</option>
        {catalogue.map((domain) => (
          <option key={domain}>{domain}</option>
        ))}
      </select>
      <input name="root" aria-label="Began with, an operation" placeholder="first operation" value={asked('root')} />
      <input
        name="operation"
        aria-label="Operation of any span"
        placeholder="any operation"
        value={asked('operation')}
      />
      <input
        name="attribute"
        class="middle"
        aria-label="Attribute of any span, key=value as the trace shows it"
        title="key=value as the trace shows it, such as http.response.status_code=503 or resource.service.name=api"
        placeholder="attribute: key=value"
        pattern="[^=]+=[\s\S]*"
        value={asked('attribute')}
        autocomplete="off"
        spellcheck={false}
      />
      <Milliseconds
        name="minRootMs"
        label="Answered after at least, in ms"
        placeholder="answer ≥ … ms"
        value={asked('minRootMs')}
      />
      <Milliseconds
        name="minDurationMs"
        label="To the end of the last span at least, in ms"
        placeholder="end ≥ … ms"
        value={asked('minDurationMs')}
      />
      <select name="error" aria-label="Outcome" value={asked('error')}>
        <option value="">any outcome</option>
        <option value="true">failed</option>
        <option value="false">not failed</option>
      </select>
    </>
  );
}

function Milliseconds(props: {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
}) {
  return (
    <input
      name={props.name}
      class="short"
      inputMode="decimal"
      pattern="\d{1,12}(\.\d{1,6})?"
      aria-label={props.label}
      title={props.label}
      placeholder={props.placeholder}
      value={props.value}
    />
  );
}

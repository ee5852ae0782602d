/** The search line of the logs. */
import { serverNowMs } from '../answers.ts';
import { severityChoices } from '../format/log-words.ts';
import { absoluteText } from '../format/time.ts';
import { navigate } from '../location.ts';
import { useCatalogue } from '../parts/domain-name.tsx';
import { pathTo } from '../router.ts';

const minuteMs = 60_000;
/** Minutes back from now. */
const ranges = [
  [15, 'last 15 min'],
  [60, 'last hour'],
  [360, 'last 6 h'],
  [1440, 'last day'],
] as const;

/** Submitting changes the address; what it names beside these fields (trace, correlation) stays. */
export function LogsForm({ query }: { readonly query: URLSearchParams }) {
  const catalogue = useCatalogue();
  const submit = (form: HTMLFormElement) => {
    const next = new URLSearchParams();
    for (const name of ['traceId', 'correlationId', 'to']) {
      const value = query.get(name);
      if (value !== null) next.set(name, value);
    }
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== 'string' || value === '') continue;
      if (name === 'since') next.set('from', sinceText(value));
      else next.set(name, value.trim());
    }
    navigate(next.size === 0 ? pathTo.logs : `${pathTo.logs}?${next}`);
  };
  const from = query.get('from');
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
        name="text"
        class="wide"
        aria-label="Words in the text or in a value"
        placeholder="Words in the text or in a value"
        value={query.get('text') ?? ''}
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
      />
      <select name="severity" aria-label="Severity" value={query.get('severity') ?? ''}>
        <option value="">any severity</option>
        {severityChoices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <select name="domain" aria-label="Domain" value={query.get('domain') ?? ''}>
        <option value="">every domain</option>
        {catalogue.map((domain) => (
          <option key={domain}>{domain}</option>
        ))}
      </select>
      <select name="since" aria-label="Time" value={from ?? ''}>
        <option value="">any time</option>
        {from !== null && <option value={from}>since {absoluteText(from).slice(5, 16)}</option>}
        {ranges.map(([minutes, words]) => (
          <option key={minutes} value={minutes}>
            {words}
          </option>
        ))}
      </select>
      <button type="submit">Search</button>
    </form>
  );
}

/** Minutes become the time so long ago; a time stays. */
function sinceText(value: string): string {
  if (!/^\d+$/.test(value)) return value;
  return new Date(serverNowMs() - Number(value) * minuteMs).toISOString();
}

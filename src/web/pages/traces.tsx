/** Search among traces: any id, or by domain, duration and error. */
import { useState } from 'preact/hooks';
import type { TraceSummary } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { keepUnits, plural } from '../format/words.ts';
import { navigate, useLocation } from '../location.ts';
import { useCatalogue } from '../parts/domain-name.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathOfPastedId, pathTo } from '../router.ts';
import { TraceTable } from './trace-table.tsx';

const passed = ['domain', 'operation', 'minDurationMs', 'error', 'from', 'to', 'correlationId', 'cursor'] as const;

/** `/traces?domain=&operation=&minDurationMs=&error=`; the address is the search. */
export function TracesPage() {
  useTitle('Traces');
  const { query } = useLocation();
  const asked = new URLSearchParams({ limit: '100' });
  for (const name of passed) {
    const value = query.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  const traces = useAnswer<readonly TraceSummary[]>(`/traces?${asked}`);
  return (
    <>
      <SearchForm key={query.toString()} query={query} />
      <Loaded answer={traces} what="the traces">
        {(list) =>
          list.length === 0 ? (
            <NoTraces filtered={asked.size > 1} />
          ) : (
            <>
              <h1 class="sentence">{keepUnits(tracesSentence(list, traces.meta?.nextCursor ?? null))}</h1>
              <TraceTable traces={list} />
              <Older cursor={traces.meta?.nextCursor ?? null} query={query} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

/** "The 100 latest traces: the slowest took 6.42 s, 3 failed." */
export function tracesSentence(traces: readonly TraceSummary[], nextCursor: string | null): string {
  const slowest = Math.max(...traces.map((one) => one.durationMs));
  const failed = traces.filter((one) => one.error).length;
  const head = nextCursor === null ? plural(traces.length, 'trace') : `The latest ${plural(traces.length, 'trace')}`;
  return `${head}: the slowest took ${durationText(slowest)}, ${failed === 0 ? 'none' : failed} failed.`;
}

function SearchForm({ query }: { readonly query: URLSearchParams }) {
  const catalogue = useCatalogue();
  const [id, setId] = useState('');
  const submit = (form: HTMLFormElement) => {
    const pasted = pathOfPastedId(id);
    if (pasted !== null) return navigate(pasted);
    const next = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (name !== 'id' && typeof value === 'string' && value !== '') next.set(name, value);
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
      <select name="domain" aria-label="Domain" value={query.get('domain') ?? ''}>
        <option value="">every domain</option>
        {catalogue.map((domain) => (
          <option key={domain}>{domain}</option>
        ))}
      </select>
      <input name="operation" aria-label="Operation" placeholder="operation" value={query.get('operation') ?? ''} />
      <input
        name="minDurationMs"
        class="short"
        inputMode="numeric"
        aria-label="At least, in ms"
        placeholder="≥ ms"
        value={query.get('minDurationMs') ?? ''}
      />
      <select name="error" aria-label="Outcome" value={query.get('error') ?? ''}>
        <option value="">any outcome</option>
        <option value="true">failed</option>
        <option value="false">not failed</option>
      </select>
      <button type="submit">Search</button>
    </form>
  );
}

function NoTraces({ filtered }: { readonly filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No kept trace matches.">
        <p>
          <a href={pathTo.traces}>All traces</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No trace has arrived yet." command="npx seamwatch demo">
      <p>The command starts a monolith with traffic. An own app sends OTLP to 127.0.0.1:4318.</p>
    </Empty>
  );
}

function Older({ cursor, query }: { readonly cursor: string | null; readonly query: URLSearchParams }) {
  if (cursor === null) return null;
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return (
    <p>
      <a href={`${pathTo.traces}?${next}`}>Older traces</a>
    </p>
  );
}

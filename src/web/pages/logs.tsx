/** Search among log records: by words, severity, domain, time, and by the trace or correlation that they belong to. */
import type { LogRecord } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { clockText, damagedSentence, logsSentence } from '../format/log-words.ts';
import { absoluteText } from '../format/time.ts';
import { keepUnits } from '../format/words.ts';
import { useLocation } from '../location.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { LogTable } from '../trace/log-table.tsx';
import { LogsForm } from './logs-form.tsx';

const passed = ['text', 'severity', 'domain', 'from', 'to', 'traceId', 'correlationId', 'cursor'] as const;

/** `/logs?text=&severity=&domain=&from=&traceId=&correlationId=`; the address is the search. */
export function LogsPage() {
  useTitle('Logs');
  const { query } = useLocation();
  const asked = new URLSearchParams({ limit: '100' });
  for (const name of passed) {
    const value = query.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  const logs = useAnswer<readonly LogRecord[]>(`/logs?${asked}`);
  const cursor = logs.meta?.nextCursor ?? null;
  const damaged = damagedSentence(logs.meta?.unreadableRecords ?? 0);
  return (
    <>
      <LogsForm key={query.toString()} query={query} />
      <Narrowed query={query} />
      <Loaded answer={logs} what="the logs">
        {(list) => (
          <>
            {list.length === 0 ? (
              <NoLogs filtered={asked.size > 1} cursor={cursor} />
            ) : (
              <>
                <h1 class="sentence">{keepUnits(logsSentence(list, cursor !== null))}</h1>
                <LogTable
                  timeHeading="Time (UTC)"
                  withTraces
                  rows={list.map((record) => ({ record, when: clockText(record) }))}
                />
              </>
            )}
            {damaged !== null && <p class="notice">{damaged}</p>}
            <Older cursor={cursor} query={query} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** What the address asks for beyond the fields of the form. */
function Narrowed({ query }: { readonly query: URLSearchParams }) {
  const [traceId, correlationId] = [query.get('traceId'), query.get('correlationId')];
  if (traceId === null && correlationId === null) return null;
  const rest = new URLSearchParams(query);
  for (const name of ['traceId', 'correlationId', 'cursor']) rest.delete(name);
  return (
    <p class="note">
      Only of{' '}
      {traceId === null ? (
        <a class="code" href={pathTo.correlation(correlationId ?? '')}>
          correlation {correlationId}
        </a>
      ) : (
        <a class="code" href={pathTo.trace(traceId)}>
          trace {traceId.slice(0, 16)}…
        </a>
      )}
      . <a href={rest.size === 0 ? pathTo.logs : `${pathTo.logs}?${rest}`}>Of all</a>
    </p>
  );
}

function NoLogs({ filtered, cursor }: { readonly filtered: boolean; readonly cursor: string | null }) {
  if (cursor !== null) {
    const back = lookedBackTo(cursor);
    return (
      <Empty title="Nothing found so far.">
        <p>
          {back === null ? 'The newest records' : `Everything since ${back}`} was looked through; older ones are left.
        </p>
      </Empty>
    );
  }
  if (filtered) {
    return (
      <Empty title="No kept record matches.">
        <p>
          <a href={pathTo.logs}>All records</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty
      title="No log record has arrived yet."
      command="OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node app.js"
    >
      <p>
        Any OTLP log exporter sends them to /v1/logs on port 4318 (HTTP) or 4317 (gRPC). Lines written with the
        library's <code>logFields</code> carry trace, correlation and domain, and stand beside the spans of their trace.
      </p>
    </Empty>
  );
}

/** The cursor begins with the time at which the search goes on. */
function lookedBackTo(cursor: string): string | null {
  try {
    const [nanos] = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    return absoluteText(new Date(Number(nanos) / 1e6).toISOString());
  } catch {
    return null;
  }
}

function Older({ cursor, query }: { readonly cursor: string | null; readonly query: URLSearchParams }) {
  if (cursor === null) return null;
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return (
    <p>
      <a href={`${pathTo.logs}?${next}`}>Older records</a>
    </p>
  );
}

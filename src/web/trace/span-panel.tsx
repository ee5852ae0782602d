/** Everything known about one span, beside the waterfall. */
import type { Span } from '../../contract/index.ts';
import { lineOf, momentText, offsetText, severityMark } from '../format/log-words.ts';
import { durationText, percentText } from '../format/number.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { AttributeList } from './attribute-list.tsx';
import { isInBrowser } from './browser.ts';
import type { WaterfallRow } from './layout.ts';
import type { PlacedLog } from './log-marks.ts';
import { SpanLinks } from './span-links.tsx';

interface PanelProps {
  readonly row: WaterfallRow;
  /** Unix time of the zero of the scale. */
  readonly startMs: number;
  /** Of this span, oldest first. */
  readonly logs: readonly PlacedLog[];
  readonly isShown: (key: string) => boolean;
  readonly onSelect: (key: string) => void;
  readonly onClose: () => void;
}

/** What is particular to the span comes first, what all spans of its program share last. */
export function SpanPanel({ row, startMs, logs, isShown, onSelect, onClose }: PanelProps) {
  const { span } = row;
  const { own, scope, resource } = splitAttributes(span.attributes);
  return (
    <aside class="span-panel" aria-label={`Span ${span.name}`}>
      <button type="button" class="quiet-button" onClick={onClose} aria-label="Close the span">
        ×
      </button>
      <h2>{span.name}</h2>
      <Facts row={row} startMs={startMs} />
      <SpanLinks span={span} isShown={isShown} onSelect={onSelect} />
      <Events span={span} startMs={startMs} />
      <Logged logs={logs} />
      <AttributeList title="Attributes" values={own} isSearchable />
      <AttributeList
        title={isInBrowser(span) ? 'Browser and app (resource)' : 'Process that sent it (resource)'}
        values={resource}
        isSearchable
      />
      <AttributeList title="Library that made it (scope)" values={scope} isSearchable />
    </aside>
  );
}

function Facts({ row, startMs }: Pick<PanelProps, 'row' | 'startMs'>) {
  const { span } = row;
  const share = span.durationMs > 0 ? `, ${percentText(Math.min(1, span.selfMs / span.durationMs))} of it` : '';
  return (
    <dl class="pairs">
      <dt>Domain</dt>
      <dd>
        <DomainName id={span.domain} />
      </dd>
      <dt>Operation</dt>
      <dd>{span.operation ?? 'none'}</dd>
      <dt>Kind</dt>
      <dd>{isInBrowser(span) ? `${span.kind}, in the browser` : span.kind}</dd>
      <dt>Outcome</dt>
      <dd>{span.status === 'error' ? <State mark={{ word: 'error', tone: 'breached' }} /> : span.status}</dd>
      <dt>Began</dt>
      <dd title={new Date(startMs + row.from).toISOString()}>{`+${durationText(row.from)}`}</dd>
      <dt>Took</dt>
      <dd>{durationText(span.durationMs)}</dd>
      <dt>Itself</dt>
      <dd title="while no span below it was running">{`${durationText(span.selfMs)}${share}`}</dd>
      {row.onPath && (
        <>
          <dt>Path</dt>
          <dd title="The end of the trace would have come earlier had this been quicker">on the critical path</dd>
        </>
      )}
      {row.bus && (
        <>
          <dt>Waited before</dt>
          <dd>{durationText(row.bus.to - row.bus.from)}</dd>
        </>
      )}
      <dt>Span</dt>
      <dd class="code">{span.spanId}</dd>
    </dl>
  );
}

interface Split {
  readonly own: Span['attributes'];
  readonly scope: Span['attributes'];
  readonly resource: Span['attributes'];
}

/** What the span says itself, and what its scope and its resource say of all theirs. */
function splitAttributes(attributes: Span['attributes']): Split {
  const entries = Object.entries(attributes);
  const isScope = (key: string) => /^(?:scope\.|otel\.scope\.)/.test(key);
  const isResource = (key: string) => key.startsWith('resource.');
  return {
    own: Object.fromEntries(entries.filter(([key]) => !isScope(key) && !isResource(key))),
    scope: Object.fromEntries(entries.filter(([key]) => isScope(key))),
    resource: Object.fromEntries(entries.filter(([key]) => isResource(key))),
  };
}

function Events({ span, startMs }: { readonly span: Span; readonly startMs: number }) {
  return (
    <>
      {span.events.map((event) => {
        const at = Number(BigInt(event.timeUnixNano) / 1_000n) / 1000 - startMs;
        return (
          <section key={event.name + event.timeUnixNano}>
            <h3>
              {event.name} <span class="quiet">event, {offsetText(at)}</span>
            </h3>
            <AttributeList values={event.attributes} />
          </section>
        );
      })}
    </>
  );
}

const mostLogs = 20;

function Logged({ logs }: { readonly logs: readonly PlacedLog[] }) {
  if (logs.length === 0) return null;
  return (
    <section class="span-logs">
      <h3>Logged in it</h3>
      <ul class="plain">
        {logs.slice(0, mostLogs).map(({ record, atMs }, at) => (
          <li key={`${record.timeUnixNano} ${at}`} title={momentText(record)}>
            <State mark={severityMark(record.severity)} /> <span class="quiet">{offsetText(atMs)}</span>{' '}
            {lineOf(record)}
          </li>
        ))}
      </ul>
      {logs.length > mostLogs && <p class="note">{logs.length - mostLogs} more stand below the waterfall.</p>}
    </section>
  );
}

/** Everything known about one span, beside the waterfall. */
import type { Span } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';
import { AttributeList } from './attribute-list.tsx';
import { isInBrowser } from './browser.ts';
import type { WaterfallRow } from './layout.ts';

/** `startMs` is the Unix time of the zero of the scale. */
export function SpanPanel({
  row,
  startMs,
  onClose,
}: {
  readonly row: WaterfallRow;
  readonly startMs: number;
  readonly onClose: () => void;
}) {
  const { span } = row;
  const [own, shared] = splitAttributes(span.attributes);
  return (
    <aside class="span-panel" aria-label={`Span ${span.name}`}>
      <button type="button" class="quiet-button" onClick={onClose} aria-label="Close the span">
        ×
      </button>
      <h2>{span.name}</h2>
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
        <dd>{durationText(span.selfMs)}</dd>
        {row.bus && (
          <>
            <dt>Waited before</dt>
            <dd>{durationText(row.bus.to - row.bus.from)}</dd>
          </>
        )}
        <dt>Span</dt>
        <dd class="code">{span.spanId}</dd>
      </dl>
      <AttributeList title="Attributes" values={own} isSearchable />
      <AttributeList
        title={isInBrowser(span) ? 'Browser and app' : 'Resource and scope'}
        values={shared}
        isSearchable
      />
      <Events span={span} startMs={startMs} />
      {span.links.length > 0 && <Links span={span} />}
    </aside>
  );
}

/** What the span says itself, and what its resource and its scope say of all theirs. */
function splitAttributes(attributes: Span['attributes']): readonly [Span['attributes'], Span['attributes']] {
  const isShared = (key: string) => /^(?:resource\.|scope\.|otel\.scope\.)/.test(key);
  const entries = Object.entries(attributes);
  return [
    Object.fromEntries(entries.filter(([key]) => !isShared(key))),
    Object.fromEntries(entries.filter(([key]) => isShared(key))),
  ];
}

function Events({ span, startMs }: { readonly span: Span; readonly startMs: number }) {
  return (
    <>
      {span.events.map((event) => {
        const at = Number(BigInt(event.timeUnixNano) / 1_000n) / 1000 - startMs;
        return (
          <AttributeList
            key={event.name + event.timeUnixNano}
            title={`${event.name}, +${durationText(at)}`}
            values={event.attributes}
          />
        );
      })}
    </>
  );
}

function Links({ span }: { readonly span: Span }) {
  return (
    <>
      <h3>Links</h3>
      {span.links.map((link) => (
        <p key={link.traceId + link.spanId}>
          <a class="code" href={pathTo.trace(link.traceId)}>
            {link.traceId.slice(0, 16)}…
          </a>
        </p>
      ))}
    </>
  );
}

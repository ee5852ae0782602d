/** Where the time of a trace went, in words: the slowest call between domains, the browser's part. */
import type { Trace } from '../../contract/index.ts';
import { browserWords, slowestOf, slowestWords } from '../format/slowest-edge.ts';
import { keepUnits } from '../format/words.ts';
import { browserPartOf } from './browser.ts';

export function Where({
  traces,
  onSelect,
}: {
  readonly traces: readonly Trace[];
  readonly onSelect: (key: string) => void;
}) {
  const slowest = slowestOf(traces);
  const browser = browserPartOf(traces);
  if (slowest === null && browser === null) return null;
  return (
    <div class="where">
      {browser !== null && <p>{keepUnits(browserWords(browser))}</p>}
      {slowest !== null && (
        <p>
          {keepUnits(slowestWords(slowest))}{' '}
          <button
            type="button"
            class="link-button"
            onClick={() => onSelect(`${slowest.trace.traceId}:${slowest.spanId}`)}
          >
            Show it
          </button>
        </p>
      )}
    </div>
  );
}

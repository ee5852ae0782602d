/** Where the time of a trace went, in words: the browser's part, the critical path, the slowest call between domains. */
import type { Trace } from '../../contract/index.ts';
import { criticalWords } from '../format/critical-path.ts';
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
  const critical = criticalWords(traces);
  if (slowest === null && browser === null && critical === null) return null;
  return (
    <div class="where">
      {browser !== null && <p>{keepUnits(browserWords(browser))}</p>}
      {critical !== null && <p>{keepUnits(critical)}</p>}
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

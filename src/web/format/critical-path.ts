/** Where the time on the critical path went, by domain, in words. Pure. */
import type { Trace } from '../../contract/index.ts';
import { isInBrowser } from '../trace/browser.ts';
import { durationText } from './number.ts';

const mostNamed = 4;

/**
 * "On the critical path: feed 40.5 ms, browser 14.4 ms, search 2.6 ms." Own time of the spans on it, the longest first; null where
 * it is a single owner's, which the sentence above says already.
 */
export function criticalWords(traces: readonly Trace[]): string | null {
  const owners = new Map<string, number>();
  for (const { criticalPath, spans } of traces) {
    const path = new Set(criticalPath);
    for (const span of spans) {
      if (!path.has(span.spanId)) continue;
      const owner = isInBrowser(span) ? 'the browser' : (span.domain ?? 'unmapped code');
      owners.set(owner, (owners.get(owner) ?? 0) + span.selfMs);
    }
  }
  if (owners.size < 2) return null;
  const sorted = [...owners].sort(([, left], [, right]) => right - left);
  const named = sorted.slice(0, mostNamed).map(([owner, ms]) => `${owner} ${durationText(ms)}`);
  const rest = sorted.slice(mostNamed).reduce((sum, [, ms]) => sum + ms, 0);
  const more = sorted.length > mostNamed ? [`${sorted.length - mostNamed} others ${durationText(rest)}`] : [];
  return `On the critical path, what the end waited for: ${[...named, ...more].join(', ')}.`;
}

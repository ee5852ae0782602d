/** The critical path in words. */
import { expect, it } from 'vitest';
import { browserTrace } from '../fixture/browser-trace.ts';
import { criticalWords } from './critical-path.ts';

it('adds the own time of the spans on the path by owner, the longest first, the browser among them', () => {
  // Browser: 520 − 300, and 300 − 240; posts: 240 − 14 − 206.
  expect(criticalWords([browserTrace(0)])).toBe(
    'On the critical path, what the end waited for: the browser 280 ms, posts 20 ms.',
  );
});

it('says nothing where one owner had it all, or nothing is known', () => {
  const trace = browserTrace(0);
  expect(criticalWords([{ ...trace, criticalPath: trace.criticalPath.slice(0, 2) }])).toBeNull();
  expect(criticalWords([{ ...trace, criticalPath: [] }])).toBeNull();
});

it('names four owners and adds up the rest', () => {
  const trace = browserTrace(0);
  const domains = ['a', 'b', 'c', 'd', 'e', 'f'];
  const spans = trace.spans.map((span, at) => ({
    ...span,
    domain: domains[at] ?? null,
    selfMs: at + 1,
    attributes: {},
  }));
  const criticalPath = spans.map(({ spanId }) => spanId);
  expect(criticalWords([{ ...trace, spans, criticalPath }])).toMatch(
    /: f 6 ms, e 5 ms, d 4 ms, c 3 ms, 2 others 3 ms\.$/,
  );
});

/** Whatever comes as a Faro body is converted or refused in words; nothing else is ever thrown. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { BoundedNames } from './bounded-names.ts';
import { convertPayload } from './convert.ts';
import { sampleCall, sampleMeta, sampleTraceId } from './faro-fixture.ts';
import { readContext } from './page-context.ts';
import { parsePayload } from './payload.ts';

const nowMs = Date.UTC(2026, 2, 2, 10);
const app = { key: null, name: null, origins: [] };

const sample = {
  meta: sampleMeta,
  logs: [{ message: 'm', level: 'warn', timestamp: '2026-03-02T10:00:00Z', context: { a: 'b' } }],
  exceptions: [
    {
      type: 'E',
      value: 'v',
      stacktrace: { frames: [{ function: 'f', lineno: 1 }] },
      trace: { trace_id: sampleTraceId },
    },
  ],
  measurements: [{ type: 'web-vitals', values: { lcp: 3 }, context: { id: 'a' } }],
  events: [{ name: 'faro.performance.navigation', attributes: { duration: '3' } }],
  traces: sampleCall(nowMs),
};

/** Every place in the sample, as a path. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function withValueAt(value: unknown, path: readonly string[], put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (String(at) === key ? withValueAt(item, rest, put) : item));
  const fields = Object.entries(value ?? {});
  return Object.fromEntries(
    fields.map(([name, inner]) => [name, name === key ? withValueAt(inner, rest, put) : inner]),
  );
}

test('any JSON in any place is converted, or refused as no Faro body', () => {
  const places = fc.constantFrom(...pathsOf(sample).filter((path) => path.length > 0));
  let refused = 0;
  fc.assert(
    fc.property(places, fc.jsonValue({ maxDepth: 3 }), (path, put) => {
      const bytes = Buffer.from(JSON.stringify(withValueAt(sample, path, put)));
      try {
        const payload = parsePayload(bytes);
        const known = { pages: new BoundedNames(9), actions: new BoundedNames(9), wasCounted: () => false };
        const converted = convertPayload(payload, readContext(payload.meta, app, null), known, nowMs, '');
        for (const { body } of converted.bodies) JSON.parse(body);
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'INVALID_REQUEST')) throw error;
        refused += 1;
      }
    }),
    { seed: 7, numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(400);
});

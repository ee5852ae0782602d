/** What `GET /logs` may be asked for, and what it asks of the stored records. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { fixtureQueries } from '../fixture-queries.ts';
import { inEnvelope } from './envelope.ts';
import { logParameters, logRoutes, toLogQuery } from './log-routes.ts';
import { readQuery } from './parameters.ts';

function queryOf(text: string): unknown {
  return toLogQuery(readQuery(new URLSearchParams(text), logParameters));
}

function refusalOf(text: string): string {
  try {
    queryOf(text);
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_REQUEST') return error.message;
    throw error;
  }
  return 'accepted';
}

test('every condition reaches the search, times as Unix ms', () => {
  const text =
    'traceId=4bf92f3577b34da6a3ce929d0e0e4736&correlationId=r-1&domain=chat&severity=warn&text=timed%20out&from=1970-01-01T00:00:01Z&to=1970-01-01T00:00:02Z&limit=500&cursor=abc';
  expect(queryOf(text)).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    correlationId: 'r-1',
    domain: 'chat',
    severity: 'warn',
    text: 'timed out',
    fromMs: 1_000,
    toMs: 2_000,
    limit: 500,
    cursor: 'abc',
  });
});

test('how many records are missing because they are damaged stands in the envelope, and nothing when none are', async () => {
  const [route] = logRoutes;
  const missing = async (page: object): Promise<unknown> => {
    const queries = { ...fixtureQueries(), logs: () => ({ logs: [], nextCursor: null, ...page }) };
    const answer = await route?.answer(queries, '', {});
    return answer == null ? null : (await inEnvelope(answer, queries, fakeClock(0))).meta.unreadableRecords;
  };
  expect(await missing({ unreadableRecords: 40 })).toBe(40);
  expect(await missing({})).toBeUndefined();
});

test('a page holds 100 records when nothing is said', () => {
  expect(queryOf('')).toEqual({ limit: 100 });
});

test('what is not accepted is refused by name, value and what is', () => {
  expect(refusalOf('severity=loud')).toBe(
    'query parameter "severity": "loud" is not accepted; write one of trace, debug, info, warn, error, fatal, unset',
  );
  expect(refusalOf('limit=501')).toBe(
    'query parameter "limit": "501" is not accepted; write a whole number from 1 to 500',
  );
  expect(refusalOf('from=2026-11-20T10:00:00Z&to=2026-11-20T10:00:00Z')).toContain('swap them or widen the range');
  expect(refusalOf('body=x')).toContain(
    'accepted are traceId, correlationId, domain, from, to, cursor, severity, text',
  );
});

/** Reads the section `scrape` of the configuration: which pages are read, how often, and whose numbers they are. */
import { z } from 'zod';
import { parseDurationMs, secondMs } from '../../../src/kernel/duration.ts';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';
import { parseWith } from '../../../src/kernel/validate.ts';

/** One page; times in ms. */
export interface ScrapeTarget {
  readonly url: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Whose numbers they are where the page has no label `domain`. */
  readonly domain: string | null;
  readonly serviceName: string | null;
  /** Added where the page has no label of that name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Sent with each request; may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** A page with more samples is refused. */
  readonly sampleLimit: number;
}

const duration = z.string().transform((text, context) => {
  try {
    return parseDurationMs(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

const target = z.strictObject({
  url: z.string().superRefine((text, context) => {
    const remedy = addressRemedy(text);
    if (remedy !== null) context.addIssue({ code: 'custom', message: remedy });
  }),
  every: duration
    .pipe(z.number().min(secondMs, 'must be at least 1s').max(3_600_000, 'must be at most 1h'))
    .prefault('15s'),
  timeout: duration.pipe(z.number().max(600_000, 'must be at most 10m')).optional(),
  domain: z.string().min(1).nullable().default(null),
  serviceName: z.string().min(1).nullable().default(null),
  labels: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  headers: z.record(z.string(), z.unknown()).default({}),
  sampleLimit: z.number().int().min(1).max(1_000_000).default(50_000),
});

/**
 * The targets of a YAML list; `where` names its place.
 * @throws CONFIG_INVALID naming place, value and remedy; never the value of a header
 */
export function parseScrape(section: unknown, where: string): readonly ScrapeTarget[] {
  const targets = parseWith(z.array(target), section ?? [], where);
  return targets.map(({ every, timeout, headers, ...rest }, index) => {
    const place = `${where}: [${index}]`;
    if (targets.findIndex(({ url }) => url === rest.url) < index) {
      throw new AppError('CONFIG_INVALID', `${place}.url ${shownAddress(rest.url)} is there twice; remove one of them`);
    }
    if (timeout !== undefined && timeout > every) {
      throw new AppError(
        'CONFIG_INVALID',
        `${place}.timeout must not be longer than every; a page is read one at a time`,
      );
    }
    const timeoutMs = timeout ?? Math.min(every, 10 * secondMs);
    return { ...rest, everyMs: every, timeoutMs, headers: checkHeaders(headers, place) };
  });
}

/** The address without its query, which may hold a secret. */
export function shownAddress(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function addressRemedy(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return `"${shownAddress(text).slice(0, 80)}" is not a web address; write such as http://127.0.0.1:4700/metrics`;
  }
  if (url.username !== '' || url.password !== '') {
    return `must not hold a password; write headers: { authorization: "\${SECRET}" } instead`;
  }
  return null;
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, place: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
        throw new AppError('CONFIG_INVALID', `${place}.headers: "${name}" is not the name of a header; correct it`);
      }
      if (typeof value !== 'string' || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
        throw new AppError('CONFIG_INVALID', `${place}.headers.${name} must be one line of text; put it in quotes`);
      }
      return [name.toLowerCase(), value];
    }),
  );
}

/** Reads the section `forward` of the configuration: who else gets what is taken in. */
import { z } from 'zod';
import { AppError } from '../../src/kernel/errors.ts';
import { parseWith } from '../../src/kernel/validate.ts';
import { type Lane, otlpLanes } from './lanes.ts';

/** `url` of `otlp` is the base to which `/v1/traces` and the others are added, of `remote-write` the whole address. */
export interface ForwardTarget {
  readonly id: string;
  readonly kind: 'otlp' | 'remote-write';
  readonly url: string;
  /** Sent with each request; may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that are ours to set. */
const ownHeaders = ['content-type', 'content-encoding', 'content-length', 'host'];

const target = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not an id; write lower-case letters, digits and hyphens'),
  kind: z.enum(['otlp', 'remote-write']),
  url: z.unknown(),
  headers: z.record(z.string(), z.unknown()).default({}),
});

/**
 * The targets of a YAML list; `where` names its place.
 * @throws CONFIG_INVALID naming place and remedy; never the value of a header or a password
 */
export function parseForward(section: unknown, where: string): readonly ForwardTarget[] {
  const targets = parseWith(z.array(target), section ?? [], where);
  return targets.map(({ id, kind, url, headers }, index) => {
    const place = `${where}: [${index}]`;
    if (targets.findIndex((one) => one.id === id) < index) {
      throw new AppError('CONFIG_INVALID', `${place}.id "${id}" is there twice; give each target an id of its own`);
    }
    return { id, kind, url: checkUrl(url, kind, place), headers: checkHeaders(headers, place) };
  });
}

/** What goes to a target. */
export function lanesOf(kind: ForwardTarget['kind']): readonly Lane[] {
  return kind === 'otlp' ? otlpLanes : ['samples'];
}

/** The address without what may be secret. */
export function shownTarget(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function checkUrl(value: unknown, kind: ForwardTarget['kind'], place: string): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const example =
    kind === 'otlp' ? 'https://collector.example.org:4318' : 'https://prometheus.example.org/api/v1/write';
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError('CONFIG_INVALID', `${place}.url is not a web address; write such as ${example}`);
  }
  if (url.username !== '' || url.password !== '') {
    const remedy = 'write headers: { authorization: "$' + '{SECRET}" } instead';
    throw new AppError('CONFIG_INVALID', `${place}.url must not hold a password; ${remedy}`);
  }
  if (kind === 'otlp' && (url.search !== '' || /\/v1\/(traces|metrics|logs)\/?$/.test(url.pathname))) {
    throw new AppError(
      'CONFIG_INVALID',
      `${place}.url must be the base, without /v1/… and query; write such as ${example}`,
    );
  }
  return url.href.replace(/\/$/, '');
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, place: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || ownHeaders.includes(name.toLowerCase())) {
        throw new AppError(
          'CONFIG_INVALID',
          `${place}.headers: "${name}" can not be set; remove it or correct its name`,
        );
      }
      if (typeof value !== 'string' || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
        throw new AppError('CONFIG_INVALID', `${place}.headers.${name} must be one line of text; put it in quotes`);
      }
      return [name.toLowerCase(), value];
    }),
  );
}

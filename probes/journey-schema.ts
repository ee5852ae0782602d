/** Reads the steps of a journey and proves that every name they use is known by then. */
import { z } from 'zod';
import { AppError } from '../src/kernel/errors.ts';
import { parseWith } from '../src/kernel/validate.ts';
import type { JourneyProbe, JourneyStep, RequestPlan } from './definition.ts';
import { anySuccess, condition, duration, expectation, headers, jsonPath, method, socketMessage } from './fields.ts';
import { proveNames } from './journey-names.ts';
import { resolveUrl, shownUrl } from './target.ts';
import { brokenTemplatesIn, builtInNames } from './template.ts';

const captureName = /^[A-Za-z][A-Za-z0-9_]*$/;
const capture = z.record(z.string(), jsonPath).superRefine((all, context) => {
  for (const name of Object.keys(all)) {
    const taken = builtInNames.some((builtIn) => builtIn === name);
    if (captureName.test(name) && !taken) continue;
    const message = taken
      ? `"${name}" is built in; choose another name`
      : `"${name}" is not a name; write letters, digits and _`;
    context.addIssue({ code: 'custom', message, input: all });
  }
});
const base = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens'),
  title: z.string().min(1).optional(),
  within: duration.optional(),
  since: z.string().optional(),
};
const requested = {
  method: method.default('GET'),
  url: z.string().min(1),
  headers: headers.default({}),
  json: z.unknown().optional(),
};
const forms = {
  request: z.strictObject({
    ...base,
    request: z.strictObject(requested),
    expect: expectation.default(anySuccess),
    capture: capture.default({}),
  }),
  poll: z.strictObject({
    ...base,
    poll: z.strictObject({ ...requested, every: duration.prefault('500ms') }),
    until: expectation,
    capture: capture.default({}),
  }),
  connect: z.strictObject({
    ...base,
    connect: z.strictObject({ url: z.string().min(1), headers: headers.default({}) }),
  }),
  send: z.strictObject({
    ...base,
    send: z.strictObject({ on: z.string(), json: z.unknown().optional(), text: z.string().optional() }),
  }),
  receive: z.strictObject({
    ...base,
    receive: z.strictObject({ on: z.string(), match: condition.optional(), contains: z.string().min(1).optional() }),
    capture: capture.default({}),
  }),
} as const;
type Form = keyof typeof forms;
const formNames: readonly Form[] = ['request', 'poll', 'connect', 'send', 'receive'];
const defaultWithinMs = 5_000;

/** `isComplete` is false when a relative address has no target; `hosts` are the distinct origins. */
export interface ParsedJourney {
  readonly steps: readonly JourneyStep[];
  readonly cleanup: JourneyProbe['cleanup'];
  readonly isComplete: boolean;
  readonly hosts: readonly string[];
}

/** What the steps of one journey share. */
interface Reading {
  readonly headers: Readonly<Record<string, string>>;
  readonly target: URL | null;
  readonly timeoutMs: number;
}

/** `raw.steps` and `raw.cleanup` are not yet looked into. @throws CONFIG_INVALID naming step, key, value and remedy */
export function parseJourney(
  raw: {
    readonly steps: readonly unknown[];
    readonly cleanup: readonly unknown[];
    readonly headers: Readonly<Record<string, string>>;
  },
  subject: string,
  target: URL | null,
  timeoutMs: number,
): ParsedJourney {
  const reading = { headers: raw.headers, target, timeoutMs };
  const steps = raw.steps.map((row, index) => parseStep(row, `${subject}: ${nameOf(row, index, 'step')}`, reading));
  const cleanup = raw.cleanup.flatMap((row, index) => {
    const place = `${subject}: ${nameOf(row, index, 'cleanup step')}`;
    const step = parseStep(row, place, reading);
    if (step.kind !== 'request')
      throw new AppError('CONFIG_INVALID', `${place}: cleanup makes requests only; write request:`);
    return [step];
  });
  proveNames(steps, cleanup, subject);
  const urls = [...steps, ...cleanup].flatMap(urlOf);
  const hosts = urls.flatMap((url) => (url.startsWith('/') ? [] : [hostOf(url)]));
  return { steps, cleanup, isComplete: urls.every((url) => !url.startsWith('/')), hosts: [...new Set(hosts)] };
}

function parseStep(row: unknown, subject: string, reading: Reading): JourneyStep {
  const keys = typeof row === 'object' && row !== null ? Object.keys(row) : [];
  const [form, other] = formNames.filter((name) => keys.includes(name));
  if (form === undefined || other !== undefined) {
    const found = form === undefined ? 'does nothing' : `does two things, ${form} and ${other}`;
    throw new AppError('CONFIG_INVALID', `${subject}: ${found}; write one of ${formNames.join(', ')}`);
  }
  const step = buildStep(form, row, subject, reading);
  const [broken] = brokenTemplatesIn(row);
  if (broken === undefined) return step;
  throw new AppError(
    'CONFIG_INVALID',
    `${subject}: ${broken} is not understood; write {{name}} with letters, digits and _`,
  );
}

function buildStep(form: Form, row: unknown, subject: string, reading: Reading): JourneyStep {
  switch (form) {
    case 'request': {
      const raw = parseWith(forms.request, row, subject);
      const { request, expect } = raw;
      return {
        ...sharedOf(raw, `${request.method} ${shownUrl(request.url)}`, reading),
        kind: 'request',
        request: planOf(request, subject, reading),
        expect,
      };
    }
    case 'poll': {
      const raw = parseWith(forms.poll, row, subject);
      const { poll, until } = raw;
      const request = planOf(poll, subject, reading);
      return {
        ...sharedOf(raw, `${poll.method} ${shownUrl(poll.url)} until it fits`, reading),
        kind: 'poll',
        request,
        until,
        everyMs: poll.every,
      };
    }
    case 'connect': {
      const raw = parseWith(forms.connect, row, subject);
      const url = resolveUrl(raw.connect.url, 'ws', reading.target, subject) ?? raw.connect.url;
      const sent = { ...reading.headers, ...raw.connect.headers };
      return {
        ...sharedOf(raw, `connect to ${shownUrl(raw.connect.url)}`, reading),
        kind: 'connect',
        url,
        headers: sent,
      };
    }
    default:
      return buildSocketStep(form, row, subject, reading);
  }
}

function buildSocketStep(form: 'send' | 'receive', row: unknown, subject: string, reading: Reading): JourneyStep {
  if (form === 'send') {
    const raw = parseWith(forms.send, row, subject);
    const { on, ...message } = raw.send;
    const sent = parseWith(socketMessage, message, `${subject}: send`);
    return { ...sharedOf(raw, `send on ${on}`, reading), kind: 'send', on, message: sent };
  }
  const raw = parseWith(forms.receive, row, subject);
  const { on, match, contains } = raw.receive;
  if ((match === undefined) === (contains === undefined)) {
    throw new AppError('CONFIG_INVALID', `${subject}: receive needs match or contains, one of them`);
  }
  const wanted =
    contains === undefined ? { kind: 'json' as const, condition: match } : { kind: 'text' as const, contains };
  return { ...sharedOf(raw, `receive on ${on}`, reading), kind: 'receive', on, match: wanted };
}

interface SharedRaw {
  readonly id: string;
  readonly title?: string | undefined;
  readonly within?: number | undefined;
  readonly since?: string | undefined;
  readonly capture?: Readonly<Record<string, string>>;
}

function sharedOf(
  raw: SharedRaw,
  title: string,
  { timeoutMs }: Reading,
): Omit<JourneyStep & { kind: 'send' }, 'kind' | 'on' | 'message'> {
  return {
    id: raw.id,
    title: raw.title ?? title,
    withinMs: raw.within ?? Math.min(defaultWithinMs, timeoutMs),
    since: raw.since ?? null,
    capture: raw.capture ?? {},
  };
}

function planOf(
  raw: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly json?: unknown;
  },
  subject: string,
  reading: Reading,
): RequestPlan {
  const url = resolveUrl(raw.url, 'http', reading.target, subject) ?? raw.url;
  return { method: raw.method, url, headers: { ...reading.headers, ...raw.headers }, json: raw.json };
}

function nameOf(row: unknown, index: number, noun: string): string {
  const id = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : undefined;
  return `${noun} ${typeof id === 'string' ? `"${id}"` : `number ${index + 1}`}`;
}

function urlOf(step: JourneyStep): readonly string[] {
  if ('request' in step) return [step.request.url];
  return 'url' in step ? [step.url] : [];
}

function hostOf(url: string): string {
  return URL.parse(shownUrl(url).replace(/^ws/, 'http'))?.origin ?? url;
}

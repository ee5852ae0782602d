/** The configuration file: one schema, composed of the folders' own, read once. Unknown keys are errors; secrets come by `${NAME}`. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ingestTokens, intakeSection, originList } from '../collector/index.ts';
import { defaultPort } from './kernel/conventions.ts';
import { parseDurationMs } from './kernel/duration.ts';
import { AppError, messageOf } from './kernel/errors.ts';

const duration = z.string().transform((text, context) => {
  try {
    return parseDurationMs(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});
const port = z.number().int().min(0).max(65_535);
const token = z.string('is not text; put it in quotes');
const timezone = z.string().refine(isTimeZone, 'is not a time zone; write an IANA name such as Europe/Berlin or UTC');

const webAddress = z
  .string()
  .refine(isWebAddress, 'is not a web address; write it with its scheme, such as https://app.example.org')
  .transform((text) => text.replace(/\/+$/, ''));

const domainRule = z.strictObject({
  match: z.strictObject({
    serviceName: z.string().nullish(),
    route: z.string().nullish(),
    codeNamespace: z.string().nullish(),
    attributes: z.record(z.string(), z.string()).nullish(),
  }),
  domain: z.string().min(1),
});

const schemaOfKeys = z.strictObject({
  profile: z.string().default('campus-connect'),
  timezone: timezone.default('UTC'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(defaultPort.console),
      /** More names that callers may use for this server: `name` for any port or `name:port`. */
      allowedHosts: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  tokens: z.strictObject({ ingest: ingestTokens, read: token.nullish(), admin: token.nullish() }).prefault({}),
  /** How much senders may send, all together and each. */
  intake: intakeSection.prefault({}),
  domains: z.array(domainRule).default([]),
  objectives: z.array(z.unknown()).default([]),
  triggers: z.array(z.unknown()).default([]),
  policies: z.array(z.unknown()).default([]),
  decisions: z.array(z.unknown()).default([]),
  /** Base URL of the watched application: relative URLs of probes begin here. */
  target: webAddress.nullish(),
  /** Where people open this console: links in notifications begin here. */
  publicUrl: webAddress.nullish(),
  probes: z.array(z.unknown()).default([]),
  alerts: z.unknown().default({}),
  corrections: later('corrections'),
  migrations: later('migrations'),
  scrape: z.array(z.unknown()).default([]),
  forward: z.array(z.unknown()).default([]),
  /** Origins of pages that may send to every app of `faro`. */
  cors: originList.default([]),
  /** Web applications whose pages may send. */
  faro: z.unknown().default({}),
  /** Stores a keyed hash instead of the ids of users that pages send. */
  hashUserIds: z.boolean().default(false),
  exceptions: z.array(z.unknown()).default([]),
  facts: z.record(z.string(), z.unknown()).default({}),
  retention: z
    .strictObject({
      spans: duration.prefault('7d'),
      slices: duration.prefault('400d'),
      /** Beyond it the oldest ordinary traces go first. */
      maxDiskGiB: z.number().positive().default(20),
    })
    .prefault({}),
});

const schema = schemaOfKeys.superRefine(({ tokens, intake }, context) => {
  for (const [index, { maxInFlightMiB = 0 }] of tokens.ingest.entries()) {
    if (maxInFlightMiB <= intake.maxInFlightMiB) continue;
    const message = `is more than intake.maxInFlightMiB ${intake.maxInFlightMiB}, which is for all senders together; lower it`;
    context.addIssue({ code: 'custom', path: ['tokens', 'ingest', index, 'maxInFlightMiB'], message });
  }
});

/** A documented list that this version cannot act on yet: empty is accepted, anything in it is refused rather than ignored. */
function later(key: string) {
  return z.array(z.unknown()).max(0, `${key} is not in this version yet; leave it empty`).default([]);
}

/** The checked configuration; durations in ms. Sections of unknown are parsed by the folder that owns their meaning. */
export type Config = z.output<typeof schema>;

/** What the file is read with. `env` fills `${NAME}`; a name that is not set is an error, never an empty secret. */
export interface ConfigSource {
  readonly path: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The configuration of `path`, or the defaults when it is null.
 * @throws CONFIG_INVALID naming file, key, value and remedy
 */
export function loadConfig(source: ConfigSource): Config {
  return checkConfig(source.path === null ? {} : readYaml(source.path), source.path ?? 'the defaults', source.env);
}

/** Checks already parsed YAML; `where` names it in errors. @throws CONFIG_INVALID */
export function checkConfig(raw: unknown, where: string, env: ConfigSource['env']): Config {
  const filled = fillEnvironment(raw ?? {}, where, env);
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => describeIssue(issue, filled));
  throw new AppError('CONFIG_INVALID', `${where}: ${lines.join('; ')}`, { details: { issues: lines } });
}

function readYaml(path: string): unknown {
  if (!existsSync(path)) {
    throw new AppError(
      'CONFIG_INVALID',
      `configuration file "${path}" does not exist; give another with --config, or leave it out for the profile campus-connect`,
    );
  }
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `${path}: not readable as YAML: ${firstLineOf(messageOf(error))}`, {
      cause: error,
    });
  }
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const place = issue.path.map(String).join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    return `${place === 'the file' ? '' : `${place}: `}unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}; remove it or correct its spelling`;
  }
  if (isSecret(issue.path)) return `${place} ${issue.message}`;
  const value = JSON.stringify(valueAt(input, issue.path));
  return `${place}: ${value ?? 'nothing'} ${issue.message.startsWith('is ') ? '' : 'is not accepted: '}${issue.message}`;
}

/** Of tokens only names and limits are shown. */
function isSecret(path: readonly PropertyKey[]): boolean {
  return path[0] === 'tokens' && !/^(name|max\w+)$/.test(String(path.at(-1)));
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** `${NAME}` in any string becomes the environment's value. @throws CONFIG_INVALID when it is not set */
function fillEnvironment(value: unknown, where: string, env: ConfigSource['env']): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name];
      if (found !== undefined && found !== '') return found;
      throw new AppError(
        'CONFIG_INVALID',
        `${where}: \${${name}} is not set in the environment; export ${name} or remove the reference`,
      );
    });
  }
  if (Array.isArray(value)) return value.map((item) => fillEnvironment(item, where, env));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillEnvironment(item, where, env)]));
  }
  return value;
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.search === '' && url.hash === ''
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The parser's messages go on with a drawing of the place. */
function firstLineOf(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? text;
}

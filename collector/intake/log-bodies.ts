/** Takes one body of log records: checks each, finds its time, severity, ids and domain, passes on what is stored. */
import { attribute, logField } from '../../src/kernel/conventions.ts';
import { type AttributeValue, type LogEntry, type LogOrigin, type LogStore, severityOfText } from '../history/index.ts';
import type { DomainMapper } from './domain-mapping.ts';
import { type Tally, tallyRejection } from './tally.ts';
import type { LogGroup, SentLog, TimeLimits } from './wire/index.ts';

/** Texts are cut at this many characters, saying how many are missing: nobody reads on, and a search reads all of it. */
const longestText = 32_768;
/** Names and values of one record together. */
const mostAttributeText = 262_144;
/** Characters of a number, or of true and false. */
const smallValue = 8;
const droppedCount = 'otel.dropped_attributes_count';
const mostSevere = 24;

/** One per writer; what it changes is in the store. */
export class LogBodies {
  readonly #store: LogStore;
  readonly #mapper: DomainMapper | null;
  /** Equal origins of one sender stay one object, so that a frame names them once. */
  #origins = new Map<string, LogOrigin>();

  /** `mapper` is null when there are no rules. */
  constructor(store: LogStore, mapper: DomainMapper | null) {
    this.#store = store;
    this.#mapper = mapper;
  }

  /** Returns how many records were rejected, by reason. `nowMs` is the time of a record that names none. */
  add(groups: readonly LogGroup[], limits: TimeLimits, nowMs: number, tally: Tally): ReadonlyMap<string, number> {
    const rejected = new Map<string, number>();
    for (const group of groups) {
      const origin = this.#originOf(group);
      for (const sent of group.records) {
        const timeNs = timeOf(sent, nowMs);
        const reason = rejectionOf(timeNs, limits);
        if (reason === null) {
          this.#store.append(this.#entryOf(sent, timeNs, group, origin));
          tally.logs += 1;
          continue;
        }
        rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
        tallyRejection(tally, reason);
      }
    }
    return rejected;
  }

  /** Stores what there is. */
  flush(): void {
    this.#store.flush();
    this.#origins = new Map();
  }

  #originOf({ resource, scopeName, scope }: LogGroup): LogOrigin {
    const origin: LogOrigin = {
      serviceName: textOf(resource[attribute.serviceName]),
      source: resource[attribute.telemetrySource] === 'faro' ? 'faro' : 'otlp',
      attributes: {
        ...prefixed('resource.', resource),
        ...(scopeName === '' ? {} : { 'otel.scope.name': scopeName }),
        ...prefixed('scope.', scope),
      },
    };
    const key = JSON.stringify(origin);
    const known = this.#origins.get(key);
    if (known !== undefined) return known;
    this.#origins.set(key, origin);
    return origin;
  }

  #entryOf(sent: SentLog, timeNs: bigint, group: LogGroup, origin: LogOrigin): LogEntry {
    const attributes = bounded(
      sent.eventName === '' ? sent.attributes : { ...sent.attributes, 'event.name': sent.eventName },
    );
    return {
      timeNs,
      severity: sent.severity >= 1 && sent.severity <= mostSevere ? sent.severity : severityOfText(sent.severityText),
      severityText: sent.severityText === '' ? null : sent.severityText.slice(0, 100),
      body: cut(bodyText(sent)),
      attributes,
      traceId: sent.traceId === '' ? idIn(attributes[logField.traceId], 32) : idOf(sent.traceId, 32),
      spanId: sent.spanId === '' ? idIn(attributes[logField.spanId], 16) : idOf(sent.spanId, 16),
      correlationId: correlationOf(attributes),
      domain: this.#domainOf(attributes, group.resource, origin.serviceName),
      origin,
    };
  }

  #domainOf(
    attributes: SentLog['attributes'],
    resource: LogGroup['resource'],
    serviceName: string | null,
  ): string | null {
    const named = textOf(attributes[attribute.domain]) ?? domainField(attributes) ?? textOf(resource[attribute.domain]);
    if (named !== null || this.#mapper === null) return named;
    const scalars = Object.entries(attributes).map(([name, value]): [string, string] => [name, String(value)]);
    return this.#mapper(serviceName ?? '', new Map(scalars));
  }
}

/** What the sender says, else now; Unix nanoseconds. */
function timeOf(sent: SentLog, nowMs: number): bigint {
  return sent.timeNs === 0n ? BigInt(Math.floor(nowMs)) * 1_000_000n : sent.timeNs;
}

function rejectionOf(timeNs: bigint, limits: TimeLimits): string | null {
  const timeMs = Number(timeNs) / 1e6;
  if (timeMs > limits.maxMs) return 'in_future';
  return timeMs < limits.minMs ? 'too_old' : null;
}

/** Text as it is, anything else as JSON; where there is none, what the exception or the event is called. */
function bodyText({ body, attributes, eventName }: SentLog): string {
  if (typeof body === 'string' && body !== '') return body;
  if (body !== null && body !== '') return JSON.stringify(body);
  const exception = [attributes['exception.type'], attributes['exception.message']].flatMap(
    (part) => textOf(part) ?? [],
  );
  return exception.length > 0 ? exception.join(': ') : eventName;
}

const noId = '0'.repeat(32);

/** Null when it is of another length or all zero, which means that the record belongs to no trace. */
function idOf(id: string, digits: number): string | null {
  return id.length === digits && !noId.startsWith(id) ? id : null;
}

/** The same for the field of a log line, which may be anything. */
function idIn(field: AttributeValue | undefined, digits: number): string | null {
  const id = textOf(field)?.toLowerCase() ?? '';
  return /^[0-9a-f]*$/.test(id) ? idOf(id, digits) : null;
}

function correlationOf(attributes: SentLog['attributes']): string | null {
  const found = textOf(attributes[attribute.correlationId]) ?? textOf(attributes[logField.correlationId]);
  return found === null || found.length > 200 ? null : found;
}

/** `domain` is a word that others use too: it counts beside the other fields of our log lines. */
function domainField(attributes: SentLog['attributes']): string | null {
  const isOurs = attributes[logField.correlationId] !== undefined || attributes[logField.traceId] !== undefined;
  return isOurs ? textOf(attributes[logField.domain]) : null;
}

function textOf(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function prefixed(prefix: string, attributes: SentLog['attributes']): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** Long values are cut; what comes after so many characters in all is left out and counted, as senders count what they leave out. */
function bounded(attributes: SentLog['attributes']): SentLog['attributes'] {
  let length = 0;
  for (const name in attributes) {
    const size = lengthOf(attributes[name]);
    length += size > longestText ? Number.POSITIVE_INFINITY : size + name.length;
  }
  return length <= mostAttributeText ? attributes : cutToSize(attributes);
}

function cutToSize(attributes: SentLog['attributes']): SentLog['attributes'] {
  const kept: [string, AttributeValue][] = [];
  let left = mostAttributeText;
  let dropped = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === droppedCount) continue;
    left -= Math.min(lengthOf(value), longestText) + name.length;
    if (left < 0) dropped += 1;
    else kept.push([name, lengthOf(value) > longestText ? cut(textOrJson(value)) : value]);
  }
  const before = attributes[droppedCount];
  const all = dropped + (typeof before === 'number' ? before : 0);
  if (all > 0) kept.push([droppedCount, all]);
  return Object.fromEntries(kept);
}

/** Of the text that it is stored as; of small values about. */
function lengthOf(value: AttributeValue | undefined): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? JSON.stringify(value).length : smallValue;
}

function textOrJson(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cut(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText)} … (${text.length - longestText} characters more were not kept)`;
}

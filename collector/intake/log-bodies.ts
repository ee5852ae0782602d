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
    const attributes = bounded({
      ...sent.attributes,
      ...(sent.eventName === '' ? {} : { 'event.name': sent.eventName }),
    });
    return {
      timeNs,
      severity: sent.severity >= 1 && sent.severity <= mostSevere ? sent.severity : severityOfText(sent.severityText),
      severityText: sent.severityText === '' ? null : sent.severityText.slice(0, 100),
      body: cut(bodyText(sent)),
      attributes,
      traceId: idOf(sent.traceId, attributes[logField.traceId], 32),
      spanId: idOf(sent.spanId, attributes[logField.spanId], 16),
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

/** Its own, else when it was observed, else now; Unix nanoseconds. */
function timeOf(sent: SentLog, nowMs: number): bigint {
  if (sent.timeNs !== 0n) return sent.timeNs;
  return sent.observedNs === 0n ? BigInt(Math.floor(nowMs)) * 1_000_000n : sent.observedNs;
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

/** The id, else the field of a log line; null when it is none or all zero, which means that the record belongs to no trace. */
function idOf(id: string, field: AttributeValue | undefined, digits: number): string | null {
  const found = id === '' ? (textOf(field) ?? '').toLowerCase() : id;
  return found.length === digits && /^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(found) ? found : null;
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
function bounded(attributes: SentLog['attributes']): Record<string, AttributeValue> {
  const kept: [string, AttributeValue][] = [];
  let left = mostAttributeText;
  let dropped = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === droppedCount) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    left -= Math.min(text.length, longestText) + name.length;
    if (left < 0) dropped += 1;
    else kept.push([name, text.length > longestText ? cut(text) : value]);
  }
  const before = attributes[droppedCount];
  const all = dropped + (typeof before === 'number' ? before : 0);
  if (all > 0) kept.push([droppedCount, all]);
  return Object.fromEntries(kept);
}

function cut(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText)} … (${text.length - longestText} characters more were not kept)`;
}

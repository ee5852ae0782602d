/** Halves an OTLP export request that is too large for its receiver: each half has its records under their resources and scopes. */
import { ProtoWriter } from '../intake/wire/index.ts';
import { WireReader, wireType } from '../intake/wire/wire-reader.ts';

/** A request with a part of the records. */
export interface Half {
  readonly body: Buffer;
  readonly records: number;
}

/** Two requests with all records of the one, in their order; null when it has fewer than two, or is not understood. */
export function splitBody(body: Buffer, encoding: 'protobuf' | 'json'): readonly [Half, Half] | null {
  try {
    const request = encoding === 'json' ? readJson(body) : readProtobuf(body);
    const count = request.groups.reduce(
      (sum, { scopes }) => sum + scopes.reduce((all, one) => all + one.records.length, 0),
      0,
    );
    const middle = Math.floor(count / 2);
    if (middle === 0) return null;
    const half = (from: number, to: number): Half => ({ body: request.write(from, to), records: to - from });
    return [half(0, middle), half(middle, count)];
  } catch {
    return null;
  }
}

/** Spans, metrics or log records of one scope; `rest` is everything beside them. */
interface Scope<Part, Rest> {
  readonly rest: Rest;
  readonly records: readonly Part[];
}

interface Group<Part, Rest> {
  readonly rest: Rest;
  readonly scopes: readonly Scope<Part, Rest>[];
}

/** A request taken apart; `write` puts the records [from, to) together again. */
interface Taken {
  readonly groups: readonly Group<unknown, unknown>[];
  readonly write: (from: number, to: number) => Buffer;
}

/** The groups with the records [from, to) alone; what has none is left out. */
function sliceOf<Part, Rest>(
  groups: readonly Group<Part, Rest>[],
  from: number,
  to: number,
): readonly Group<Part, Rest>[] {
  let at = 0;
  return groups
    .map(({ rest, scopes }) => ({
      rest,
      scopes: scopes
        .map((scope) => {
          const start = at;
          at += scope.records.length;
          return { rest: scope.rest, records: scope.records.slice(Math.max(0, from - start), Math.max(0, to - start)) };
        })
        .filter(({ records }) => records.length > 0),
    }))
    .filter(({ scopes }) => scopes.length > 0);
}

/** In all three requests: field 1 of the request, 2 of a resource's, 2 of a scope's. @throws OTLP_MALFORMED */
function readProtobuf(body: Buffer): Taken {
  const groups = fieldsOf(body).map((resource): Group<Buffer, Buffer> => {
    const { inner, rest } = apart(resource.content, 2);
    return {
      rest,
      scopes: inner.map((scope) => {
        const { inner: records, rest: besides } = apart(scope.content, 2);
        return { rest: besides, records: records.map(({ whole }) => whole) };
      }),
    };
  });
  const write = (from: number, to: number): Buffer => {
    const writer = new ProtoWriter();
    for (const { rest, scopes } of sliceOf(groups, from, to)) {
      const inner = new ProtoWriter();
      for (const scope of scopes) inner.bytesField(2, Buffer.concat([scope.rest, ...scope.records]));
      writer.bytesField(1, Buffer.concat([rest, inner.bytes()]));
    }
    return Buffer.from(writer.bytes());
  };
  return { groups, write };
}

/** A field that is a message: with its tag, and without. */
interface Field {
  readonly number: number;
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The messages under one number, and all other fields as they came. */
function apart(message: Buffer, number: number): { readonly inner: readonly Field[]; readonly rest: Buffer } {
  const fields = fieldsOf(message);
  const isInner = (field: Field): boolean => field.number === number;
  return {
    inner: fields.filter(isInner),
    rest: Buffer.concat(fields.filter((field) => !isInner(field)).map(({ whole }) => whole)),
  };
}

function fieldsOf(message: Buffer): readonly Field[] {
  const reader = new WireReader(message);
  const fields: Field[] = [];
  while (reader.at < message.length) {
    const start = reader.at;
    const tag = reader.tag(message.length);
    const isMessage = tag % 8 === wireType.bytes;
    const end = isMessage ? reader.varint(message.length) + reader.at : 0;
    const from = reader.at;
    if (isMessage) reader.at = end;
    else reader.skip(tag, message.length);
    if (reader.at > message.length) throw new RangeError(`a field ends at ${reader.at}`);
    const whole = message.subarray(start, reader.at);
    fields.push({ number: Math.floor(tag / 8), whole, content: isMessage ? message.subarray(from, end) : whole });
  }
  return fields;
}

type JsonObject = Readonly<Record<string, unknown>>;

const resourceKeys = ['resourceSpans', 'resourceMetrics', 'resourceLogs'];
const scopeKeys = ['scopeSpans', 'scopeMetrics', 'scopeLogs'];
const recordKeys = ['spans', 'metrics', 'logRecords'];

function readJson(body: Buffer): Taken {
  const request = JSON.parse(body.toString()) as JsonObject;
  const kind = resourceKeys.findIndex((key) => Array.isArray(request[key]));
  const [resourceKey, scopeKey, recordKey] = [resourceKeys[kind] ?? '', scopeKeys[kind] ?? '', recordKeys[kind] ?? ''];
  const groups = listIn(request, resourceKey).map(
    (resource): Group<unknown, JsonObject> => ({
      rest: resource,
      scopes: listIn(resource, scopeKey).map((scope) => ({ rest: scope, records: listIn(scope, recordKey) })),
    }),
  );
  const write = (from: number, to: number): Buffer =>
    Buffer.from(
      JSON.stringify({
        ...request,
        [resourceKey]: sliceOf(groups, from, to).map(({ rest, scopes }) => ({
          ...rest,
          [scopeKey]: scopes.map((scope) => ({ ...scope.rest, [recordKey]: scope.records })),
        })),
      }),
    );
  return { groups, write };
}

function listIn(object: JsonObject, key: string): readonly JsonObject[] {
  const list = object[key];
  return Array.isArray(list) ? list : [];
}

/**
 * Turns OTLP/JSON into the protobuf that is stored, in one walk over its bytes: members are told by their bytes, texts are copied,
 * numbers are read in place, and nothing is made for a span.
 */
import { isUtf8 } from 'node:buffer';
import { AppError } from '../../../src/kernel/errors.ts';
import { isTextAt } from './byte-text.ts';
import { pathAt } from './json-path.ts';
import { char, JsonProblem, JsonReader } from './json-reader.ts';
import {
  writeBase64,
  writeBool,
  writeCount,
  writeDouble,
  writeFlags,
  writeId,
  writeInteger,
  writeParentId,
  writeText,
  writeTime,
} from './json-scalars.ts';
import { anyValue, form, logRequest, type Member, type Shape, traceRequest } from './json-shapes.ts';
import { type JsonObject, malformedJson, maxDepth, parseJsonBody } from './json-values.ts';
import { ProtoBuffer } from './proto-buffer.ts';

/** Protobuf is shorter than its JSON, but for lengths that are not closed yet. */
const spareBytes = 4_096;
const output = new ProtoBuffer();

/**
 * An ExportTraceServiceRequest in protobuf, good until the next call; unknown members are dropped, ids that are no hexadecimal too
 * (their spans are rejected one by one), and of a member that is said twice the last counts.
 * @throws OTLP_MALFORMED naming the member, or the position when it is no JSON
 */
export function transcodeTraces(body: Uint8Array): Uint8Array {
  return transcode(traceRequest, body);
}

/** An ExportLogsServiceRequest, as {@link transcodeTraces}. @throws OTLP_MALFORMED */
export function transcodeLogs(body: Uint8Array): Uint8Array {
  return transcode(logRequest, body);
}

function transcode(shape: Shape, body: Uint8Array): Uint8Array {
  try {
    return walk(shape, body);
  } catch (problem) {
    if (problem instanceof JsonProblem) return walkAgain(shape, body, problem);
    throw problem;
  }
}

/** What the walk does not like `JSON.parse` judges: it says where the error is, or leaves one of each member, and no doubt is left. */
function walkAgain(shape: Shape, body: Uint8Array, first: JsonProblem): Uint8Array {
  const plain = plainJson(parseJsonBody(body));
  if (plain === null) throw located(body, first.at, first.what || 'is nested too deeply');
  try {
    return walk(shape, plain);
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    if (problem.what === '') throw new AppError('INTERNAL', `valid JSON was not understood at byte ${problem.at}`);
    throw located(plain, problem.at, problem.what);
  }
}

/** Each member once, the last of its name; null when that is nested too deeply. */
function plainJson(parsed: JsonObject): Uint8Array | null {
  try {
    return Buffer.from(JSON.stringify(parsed, withoutInfinity));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function located(json: Uint8Array, at: number, what: string): AppError {
  return malformedJson(pathAt(json, at) || 'the body', what);
}

/** A number beyond all doubles would become `null`, which is another thing: as a double it is infinite, anywhere else too large. */
function withoutInfinity(name: string, value: unknown): unknown {
  if (value !== Infinity && value !== -Infinity) return value;
  return name === 'doubleValue' ? String(value) : Math.sign(value) * Number.MAX_VALUE;
}

function walk(shape: Shape, body: Uint8Array): Uint8Array {
  if (!isUtf8(body)) throw new JsonProblem(0);
  const reader = new JsonReader(body);
  output.begin(body.length + spareBytes);
  const hasMark = reader.bytes[0] === 0xef && reader.bytes[1] === 0xbb && reader.bytes[2] === 0xbf;
  reader.at = hasMark ? 3 : 0;
  if (opensObject(reader)) walkMessage(reader, shape, 0);
  reader.peek();
  if (reader.at < body.length) throw new JsonProblem(reader.at);
  return output.written();
}

/** Steps over `{` or `null`: true for the first. */
function opensObject(reader: JsonReader): boolean {
  const first = reader.peek();
  if (first === char.openObject) {
    reader.at += 1;
    return true;
  }
  if (first !== char.smallN) throw new JsonProblem(reader.at, 'must be an object');
  reader.skipNull();
  return false;
}

/** From behind the opening bracket to behind the closing one. `depth` counts lists and maps in attribute values. */
function walkMessage(reader: JsonReader, shape: Shape, depth: number): void {
  if (reader.isEmpty(char.closeObject)) return;
  let seen = 0;
  let previous: Member | null = null;
  do {
    const member = takeMember(reader, shape, previous);
    if (member === null) reader.skipValue();
    else {
      seen = withMember(reader, seen, member);
      writeMember(reader, member, depth);
      previous = member;
    }
  } while (reader.hasNext(char.closeObject));
}

/** One bit for each member that was there; what is said twice is not decided here. */
function withMember(reader: JsonReader, seen: number, member: Member): number {
  const bit = 1 << member.index;
  if ((seen & bit) !== 0) throw new JsonProblem(reader.at);
  return seen | bit;
}

/** Steps over a name and its colon; null when the shape has no such member. What came the last time is tried first. */
function takeMember(reader: JsonReader, shape: Shape, previous: Member | null): Member | null {
  const usual = previous === null ? shape.first : previous.follower;
  if (usual !== null && takeName(reader, usual)) return usual;
  const member = findMember(reader, shape);
  reader.expect(char.colon);
  if (member === null) return null;
  if (previous === null) shape.first = member;
  else previous.follower = member;
  return member;
}

/** False, and nothing done, when the name does not stand here as it does in most texts. */
function takeName(reader: JsonReader, { named }: Member): boolean {
  const end = reader.at + named.length;
  if (end > reader.view.byteLength || !isTextAt(reader.view, reader.at, named)) return false;
  reader.at = end;
  return true;
}

function findMember(reader: JsonReader, shape: Shape): Member | null {
  reader.expect(char.quote);
  const start = reader.at;
  const end = reader.textEnd(start);
  reader.at = end + 1;
  const sameLength = shape.byLength[end - start];
  if (sameLength !== undefined) {
    for (const member of sameLength) if (isTextAt(reader.view, start - 1, member.quoted)) return member;
  }
  const hasEscape = reader.bytes.subarray(start, end).includes(char.backslash);
  return hasEscape ? (shape.byName.get(JSON.parse(reader.bytes.toString('utf8', start - 1, end + 1))) ?? null) : null;
}

function writeMember(reader: JsonReader, member: Member, depth: number): void {
  switch (member.form) {
    case form.text:
      writeText(reader, output, member, false);
      return;
    case form.anyText:
      writeText(reader, output, member, true);
      return;
    case form.anyValue:
      if (reader.peek() === char.smallN) reader.skipNull();
      else writeMessage(reader, member, depth);
      return;
    case form.list:
    case form.anyValues:
      writeList(reader, member, depth);
      return;
    case form.message:
      if (reader.peek() === char.smallN) reader.skipNull();
      else writeMessage(reader, member, depth);
      return;
    default:
      writeScalar(reader, member);
  }
}

function writeScalar(reader: JsonReader, member: Member): void {
  switch (member.form) {
    case form.id:
      writeId(reader, output, member, member.name === 'traceId' ? 16 : 8);
      return;
    case form.parentId:
      writeParentId(reader, output, member);
      return;
    case form.count:
      writeCount(reader, output, member);
      return;
    case form.flags:
      writeFlags(reader, output, member);
      return;
    case form.time:
      writeTime(reader, output, member);
      return;
    case form.bool:
      writeBool(reader, output, member);
      return;
    case form.integer:
      writeInteger(reader, output, member);
      return;
    case form.double:
      writeDouble(reader, output, member);
      return;
    case form.bytes:
      writeBase64(reader, output, member);
  }
}

function writeList(reader: JsonReader, member: Member, depth: number): void {
  const first = reader.peek();
  if (first === char.smallN) {
    reader.skipNull();
    return;
  }
  if (first !== char.openList) throw new JsonProblem(reader.at, 'must be a list');
  reader.at += 1;
  if (reader.isEmpty(char.closeList)) return;
  do writeMessage(reader, member, depth);
  while (reader.hasNext(char.closeList));
}

/** A message with its tag and length, also an empty one. */
function writeMessage(reader: JsonReader, member: Member, depth: number): void {
  output.tag(member.tag);
  const lengthAt = output.at;
  const room = member.lengthBytes;
  output.at = lengthAt + room;
  if (member.shape === null) walkAnyValue(reader, depth);
  else if (opensObject(reader)) walkMessage(reader, member.shape, depth);
  member.lengthBytes = output.closeLength(lengthAt, room);
}

/** An AnyValue holds one member as a rule; of several the first of the shape that holds something is kept. */
function walkAnyValue(reader: JsonReader, depth: number): void {
  if (depth > maxDepth) throw new JsonProblem(reader.at, `is nested deeper than ${maxDepth}`);
  if (!opensObject(reader) || reader.isEmpty(char.closeObject)) return;
  const start = output.at;
  let kept = anyValue.members.length;
  let seen = 0;
  do {
    const member = takeMember(reader, anyValue, null);
    if (member !== null) seen = withMember(reader, seen, member);
    if (member === null || member.index > kept || !holds(member, reader.peek())) reader.skipValue();
    else {
      kept = member.index;
      output.at = start;
      writeMember(reader, member, depth + 1);
    }
  } while (reader.hasNext(char.closeObject));
}

/** Texts, bytes and booleans must be what they say; anything but null stands for the others. */
function holds({ form: kind }: Member, first: number): boolean {
  if (kind === form.anyText || kind === form.bytes) return first === char.quote;
  if (kind === form.bool) return first === char.smallT || first === char.smallF;
  return first !== char.smallN;
}

/**
 * Walks OTLP/JSON once and writes it as protobuf: members are told by their bytes, texts are copied, numbers are read in place, and
 * nothing is made for a span.
 */
import { isUtf8 } from 'node:buffer';
import { isTextAt } from './byte-text.ts';
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
  writeTime,
} from './json-scalars.ts';
import { anyValue, form, type Member, type Shape } from './json-shapes.ts';
import { writeText } from './json-text.ts';
import { maxDepth } from './json-values.ts';
import { ProtoBuffer } from './proto-buffer.ts';

/** Protobuf is shorter than its JSON, but for lengths that are not closed yet. */
const spareBytes = 4_096;
const output = new ProtoBuffer();

/**
 * The message of `shape` in protobuf, good until the next call.
 * @throws JsonProblem where the body is no JSON or says one member twice (`what` is empty then), or where a member is not what it should be
 */
export function walkJson(shape: Shape, body: Uint8Array): Uint8Array {
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

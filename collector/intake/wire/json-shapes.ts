/** The messages of OTLP/JSON that are kept, as data: what each member is called, and where it goes in protobuf. */
import { type ByteText, byteText } from './byte-text.ts';
import { wireType } from './wire-reader.ts';

/** What the value of a member is and how it is written. */
export const form = {
  text: 0,
  id: 1,
  parentId: 2,
  count: 3,
  flags: 4,
  time: 5,
  message: 6,
  list: 7,
  anyValue: 8,
  anyValues: 9,
  anyText: 10,
  bool: 11,
  integer: 12,
  double: 13,
  bytes: 14,
} as const;

type Form = (typeof form)[keyof typeof form];

/** One member of a message. */
export interface Member {
  readonly name: string;
  /** The name in quotes, and with its colon too, as it stands in most texts. */
  readonly quoted: ByteText;
  readonly named: ByteText;
  readonly form: Form;
  /** Field number × 8 + wire type. */
  readonly tag: number;
  /** Its place among the members of its message. */
  readonly index: number;
  /** Of a message, or of the messages of a list. */
  readonly shape: Shape | null;
  /** Habits, from which only speed depends: the member that came next the last time, and how long the length was. */
  follower: Member | null;
  lengthBytes: number;
}

/** A message; at most 31 members. */
export interface Shape {
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
  /** By the length of the name. */
  readonly byLength: readonly (readonly Member[] | undefined)[];
  /** The member that came first the last time. */
  first: Member | null;
}

type Field = readonly [number: number, form: Form, shape?: Shape];

const wireTypes: Readonly<Partial<Record<Form, number>>> = {
  [form.count]: wireType.varint,
  [form.bool]: wireType.varint,
  [form.integer]: wireType.varint,
  [form.flags]: wireType.fixed32,
  [form.time]: wireType.fixed64,
  [form.double]: wireType.fixed64,
};

function shapeOf(fields: Readonly<Record<string, Field>>): Shape {
  const members = Object.entries(fields).map(
    ([name, [number, kind, shape]], index): Member => ({
      name,
      quoted: byteText(`"${name}"`),
      named: byteText(`"${name}":`),
      form: kind,
      tag: number * 8 + (wireTypes[kind] ?? wireType.bytes),
      index,
      shape: shape ?? null,
      follower: null,
      lengthBytes: 1,
    }),
  );
  const byLength: Member[][] = [];
  for (const member of members) byLength[member.name.length] = [...(byLength[member.name.length] ?? []), member];
  return { members, byName: new Map(members.map((member) => [member.name, member])), byLength, first: null };
}

const keyValue = shapeOf({ key: [1, form.text], value: [2, form.anyValue] });
const attributes = (number: number): Field => [number, form.list, keyValue];

/** The members in the order in which they are believed when several are given. */
export const anyValue = shapeOf({
  stringValue: [1, form.anyText],
  boolValue: [2, form.bool],
  intValue: [3, form.integer],
  doubleValue: [4, form.double],
  arrayValue: [5, form.message, shapeOf({ values: [1, form.anyValues] })],
  kvlistValue: [6, form.message, shapeOf({ values: [1, form.list, keyValue] })],
  bytesValue: [7, form.bytes],
});

const resource = shapeOf({ attributes: attributes(1), droppedAttributesCount: [2, form.count] });
const scope = shapeOf({ name: [1, form.text], version: [2, form.text], attributes: attributes(3) });

const event = shapeOf({
  timeUnixNano: [1, form.time],
  name: [2, form.text],
  attributes: attributes(3),
  droppedAttributesCount: [4, form.count],
});
const link = shapeOf({
  traceId: [1, form.id],
  spanId: [2, form.id],
  traceState: [3, form.text],
  attributes: attributes(4),
  droppedAttributesCount: [5, form.count],
  flags: [6, form.flags],
});
const span = shapeOf({
  traceId: [1, form.id],
  spanId: [2, form.id],
  traceState: [3, form.text],
  parentSpanId: [4, form.parentId],
  name: [5, form.text],
  kind: [6, form.count],
  startTimeUnixNano: [7, form.time],
  endTimeUnixNano: [8, form.time],
  attributes: attributes(9),
  droppedAttributesCount: [10, form.count],
  events: [11, form.list, event],
  droppedEventsCount: [12, form.count],
  links: [13, form.list, link],
  droppedLinksCount: [14, form.count],
  status: [15, form.message, shapeOf({ message: [2, form.text], code: [3, form.count] })],
  flags: [16, form.flags],
});
const logRecord = shapeOf({
  timeUnixNano: [1, form.time],
  severityNumber: [2, form.count],
  severityText: [3, form.text],
  body: [5, form.anyValue],
  attributes: attributes(6),
  droppedAttributesCount: [7, form.count],
  flags: [8, form.flags],
  traceId: [9, form.id],
  spanId: [10, form.id],
  observedTimeUnixNano: [11, form.time],
  eventName: [12, form.text],
});

/** A request holds one list by resource, that one by scope, and that one the records. */
function requestOf(outer: string, middle: string, inner: string, record: Shape): Shape {
  const scopes = shapeOf({
    scope: [1, form.message, scope],
    [inner]: [2, form.list, record],
    schemaUrl: [3, form.text],
  });
  const resources = shapeOf({
    resource: [1, form.message, resource],
    [middle]: [2, form.list, scopes],
    schemaUrl: [3, form.text],
  });
  return shapeOf({ [outer]: [1, form.list, resources] });
}

/** ExportTraceServiceRequest. */
export const traceRequest = requestOf('resourceSpans', 'scopeSpans', 'spans', span);
/** ExportLogsServiceRequest. */
export const logRequest = requestOf('resourceLogs', 'scopeLogs', 'logRecords', logRecord);

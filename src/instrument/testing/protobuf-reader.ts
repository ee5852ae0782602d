/** Reads any protobuf message without its schema; for tests that look at what really went over the wire. */

/** Field number → values in order. A length-delimited value is its bytes, a varint a number, fixed64 its eight bytes. */
export type Message = ReadonlyMap<number, readonly (Buffer | number)[]>;

export function readMessage(bytes: Uint8Array): Message {
  const buffer = Buffer.from(bytes);
  const fields = new Map<number, (Buffer | number)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return buffer.subarray(at - length, at);
  };
  while (at < buffer.length) {
    const tag = varint();
    const wireType = tag % 8;
    const value = wireType === 0 ? varint() : take(wireType === 2 ? varint() : wireType === 1 ? 8 : 4);
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

/** Every nested message of a field. */
export function messagesOf(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).flatMap((value) => (Buffer.isBuffer(value) ? [readMessage(value)] : []));
}

export function bytesOf(message: Message, field: number): Buffer {
  const value = message.get(field)?.[0];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

export function textOf(message: Message, field: number): string {
  return bytesOf(message, field).toString('utf8');
}

export function numberOf(message: Message, field: number): number {
  const value = message.get(field)?.[0];
  return typeof value === 'number' ? value : 0;
}

/** Packed or single fixed64 values. */
export function fixed64sOf(message: Message, field: number): number[] {
  const bytes = bytesOf(message, field);
  return Array.from({ length: bytes.length / 8 }, (_, index) => Number(bytes.readBigUInt64LE(index * 8)));
}

/** Packed or single doubles. */
export function doublesOf(message: Message, field: number): number[] {
  const bytes = bytesOf(message, field);
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(index * 8));
}

/** KeyValue pairs {1: key, 2: AnyValue} of a field; strings, booleans, integers and doubles. */
export function attributesOf(message: Message, field: number): Record<string, string | number | boolean> {
  return Object.fromEntries(
    messagesOf(message, field).map((pair) => {
      const any = messagesOf(pair, 2)[0] ?? new Map();
      if (any.has(2)) return [textOf(pair, 1), numberOf(any, 2) === 1];
      if (any.has(3)) return [textOf(pair, 1), numberOf(any, 3)];
      if (any.has(4)) return [textOf(pair, 1), doublesOf(any, 4)[0] ?? 0];
      return [textOf(pair, 1), textOf(any, 1)];
    }),
  );
}

/** Attribute values of log records straight from their bytes: the common kinds without objects in between. */
import { AppError } from '../../../src/kernel/errors.ts';
import { type AttributeValue, decodeValue, ProtoReader } from '../../history/index.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { bytesField, malformed, WireReader } from './wire-reader.ts';
import { longestWord, WordCache } from './word-cache.ts';

const tags = { text: bytesField(1), boolean: 2 * 8, integer: 3 * 8, double: 4 * 8 + 1 } as const;
const keyValue = { key: bytesField(1), value: bytesField(2) } as const;
/** A varint of so many bytes is a whole number below 2⁴⁹ and not negative. */
const shortInteger = 7;
/** The shortest form of a value in a list. */
const leastValueBytes = 2;
/** Longer values are rarely the same again. */
const longestKnownValue = 16;

/** Attribute values by name; the last of several with one name counts. */
export type LogAttributes = Record<string, AttributeValue>;

const words = new WordCache();

/** A cursor over one body of log records. All reads @throws OTLP_MALFORMED naming the byte. */
export class LogReader extends WireReader {
  readonly budget: DecodeBudget;
  readonly #buffer: Buffer;

  constructor(body: Uint8Array, budget: DecodeBudget) {
    const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    super(buffer);
    this.#buffer = buffer;
    this.budget = budget;
  }

  /** UTF-8 up to `fieldEnd`; the cursor ends there. */
  override text(fieldEnd: number): string {
    const start = this.at;
    this.at = fieldEnd;
    return this.#buffer.toString('utf8', start, fieldEnd);
  }

  /** The same for a text that comes in most records. */
  word(fieldEnd: number): string {
    const start = this.at;
    if (fieldEnd - start > longestWord) return this.text(fieldEnd);
    this.at = fieldEnd;
    return words.text(this.#buffer, this.view, start, fieldEnd);
  }

  hex(fieldEnd: number): string {
    const start = this.at;
    this.at = fieldEnd;
    return this.#buffer.toString('hex', start, fieldEnd);
  }

  /** Adds a KeyValue message that ends at `end`; the cursor ends there. */
  keyValue(end: number, into: LogAttributes): void {
    let key = '';
    let value: AttributeValue = null;
    this.budget.takeAttribute();
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === keyValue.key) key = this.word(this.fieldEnd(end));
      else if (tag === keyValue.value) value = this.value(this.fieldEnd(end));
      else this.skipUnknown(tag, end, 2);
    }
    setAttribute(into, key, value);
  }

  /** An AnyValue message that ends at `end`; the cursor ends there. */
  value(end: number): AttributeValue {
    const start = this.at;
    if (start === end) return null;
    switch (this.tag(end)) {
      case tags.text: {
        const fieldEnd = this.fieldEnd(end);
        if (fieldEnd !== end) break;
        return end - this.at <= longestKnownValue ? this.word(end) : this.text(end);
      }
      case tags.boolean:
      case tags.integer: {
        if (end - this.at > shortInteger) break;
        const isBoolean = this.bytes[start] === tags.boolean;
        const number = this.varint(end);
        if (this.at !== end) break;
        return isBoolean ? number !== 0 : number;
      }
      case tags.double: {
        const number = this.double(end);
        if (this.at !== end) break;
        return Number.isFinite(number) ? number : String(number);
      }
      default:
    }
    return this.#anyValue(start, end);
  }

  /** Steps over a field that nobody knows; one of the `known` first numbers has come with a wrong wire type. */
  skipUnknown(tag: number, end: number, known: number): void {
    if (tag >>> 3 <= known) throw malformed(this.at, `field ${tag >>> 3} has the wire type ${tag & 7}`);
    this.skip(tag, end);
  }

  /** Lists, maps, bytes, large integers, and what is more than one value. */
  #anyValue(start: number, end: number): AttributeValue {
    this.at = end;
    this.budget.takeNumbers((end - start) / leastValueBytes);
    try {
      return decodeValue(new ProtoReader(this.#buffer, start, end, 'strict'));
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'OTLP_MALFORMED')) throw error;
      throw malformed(Number(error.details.at ?? start), 'a value is cut short or of a wrong type');
    }
  }
}

/** As own property, whatever the sender calls it. */
export function setAttribute(into: LogAttributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true });
  } else into[key] = value;
}

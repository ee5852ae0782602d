/** What senders repeat with every export (attributes, resources, bounds, names) is read once and is the same object from then on. */
import { type Attributes, readAttributes, type Scalar } from './attributes.ts';
import { ByteInterner } from './byte-interner.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { PointPool } from './point-pool.ts';
import type { WireReader } from './wire-reader.ts';

/** Beyond these everything is forgotten, which costs time and nothing else. */
const mostTextKeys = 50_000;

/** One per writer. Equal attributes, in the same order, are one map; equal bounds one list: they can be told apart by identity. */
export class MetricInterner {
  /** By the number of the field that holds them. */
  readonly #attributes = new Map<number, ByteInterner<Attributes>>();
  readonly #bounds = new ByteInterner<readonly number[]>();
  /** Of the body that is decoded; good until the next one is. */
  readonly points = new PointPool();
  readonly #names = new ByteInterner<string>();
  readonly #attributesByText = new Map<string, Attributes>();
  readonly #boundsByText = new Map<string, readonly number[]>();

  /** The attributes in the fields of that number in [from, to) of the reader's bytes; the reader ends there. @throws OTLP_MALFORMED */
  attributes(reader: WireReader, from: number, to: number, field: number, budget: DecodeBudget): Attributes {
    const interner = this.#ofField(field);
    reader.at = to;
    const known = interner.find(reader.view, from, to);
    if (known !== undefined) return known;
    reader.at = from;
    const made = this.attributesOf(readAttributes(reader, to, field, budget));
    interner.add(reader.view, from, to, made);
    return made;
  }

  /** The one map that is equal to this one. */
  attributesOf(attributes: Attributes): Attributes {
    let key = '';
    for (const [name, value] of attributes) key += `${name.length}:${name}${markedText(value)}\n`;
    return oneOf(this.#attributesByText, key, attributes);
  }

  /** Packed doubles in [from, to), a multiple of eight bytes. @throws OTLP_MALFORMED */
  bounds(reader: WireReader, from: number, to: number): readonly number[] {
    const known = this.#bounds.find(reader.view, from, to);
    if (known !== undefined) return known;
    const read: number[] = [];
    for (let at = from; at < to; at += 8) read.push(reader.view.getFloat64(at, true));
    const made = this.boundsOf(read);
    this.#bounds.add(reader.view, from, to, made);
    return made;
  }

  /** The one list that is equal to this one. */
  boundsOf(bounds: readonly number[]): readonly number[] {
    return oneOf(this.#boundsByText, bounds.join(' '), bounds);
  }

  /** The UTF-8 text from the reader's place to `end`; the reader ends there. */
  name(reader: WireReader, end: number): string {
    const from = reader.at;
    reader.at = end;
    const known = this.#names.find(reader.view, from, end);
    if (known !== undefined) return known;
    reader.at = from;
    const text = reader.text(end);
    this.#names.add(reader.view, from, end, text);
    return text;
  }

  #ofField(field: number): ByteInterner<Attributes> {
    let interner = this.#attributes.get(field);
    if (interner === undefined) {
      interner = new ByteInterner();
      this.#attributes.set(field, interner);
    }
    return interner;
  }
}

function markedText(value: Scalar): string {
  return typeof value === 'string' ? `=${value.length}:${value}` : `#${value}`;
}

function oneOf<T>(known: Map<string, T>, key: string, made: T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= mostTextKeys) known.clear();
  known.set(key, made);
  return made;
}

/** Attribute values for people: text as it is, bytes with their size, lists and maps one entry a line. Pure. */
import { plural } from '../format/words.ts';
import { pathTo } from '../router.ts';

/** `text` is what is read; `isBlock`: it has lines of its own; `note`: what it is, when the text does not say so. */
export interface ShownValue {
  readonly text: string;
  readonly isBlock: boolean;
  readonly note: string | null;
}

export function shownValue(value: unknown): ShownValue {
  if (typeof value === 'string')
    return { text: value, isBlock: value.includes('\n'), note: value === '' ? 'empty' : null };
  const bytes = bytesOf(value);
  if (bytes !== null) return { text: bytes, isBlock: false, note: `${plural(sizeOf(bytes), 'byte')}, base64` };
  if (typeof value !== 'object' || value === null) return { text: String(value), isBlock: false, note: null };
  const short = JSON.stringify(value);
  if (short.length <= 40) return { text: short, isBlock: false, note: null };
  return { text: JSON.stringify(value, null, 2), isBlock: true, note: null };
}

/** The search for traces that carry this attribute. */
export function pathToAttribute(key: string, value: unknown): string {
  return `${pathTo.traces}?${new URLSearchParams({ attribute: `${key}=${searchedText(value)}` })}`;
}

/** Searches compare one text: bytes as base64, what is no text as JSON without spaces. */
function searchedText(value: unknown): string {
  return typeof value === 'string' ? value : (bytesOf(value) ?? JSON.stringify(value));
}

function bytesOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return null;
  return typeof value.bytes === 'string' && Object.keys(value).length === 1 ? value.bytes : null;
}

function sizeOf(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

/** Names the place of a value in a JSON text, for errors. */
import { char, JsonReader } from './json-reader.ts';

/** What is deeper is not named, but for dots: nobody reads on. */
const mostParts = 32;

/** A bracket around the place: how many values came before in it, and where the name of the present one begins. */
interface Bracket {
  readonly isList: boolean;
  index: number;
  nameAt: number;
}

/** Like `resourceSpans[0].scopeSpans[1].spans`; empty for the whole. `json` is valid, and a value begins at byte `target`. */
export function pathAt(json: Uint8Array, target: number): string {
  const reader = new JsonReader(json);
  const brackets = bracketsAround(reader, target);
  const parts = brackets
    .slice(0, mostParts)
    .map(({ isList, index, nameAt }) => (isList ? `[${index}]` : `.${nameOf(reader, nameAt)}`));
  const path = parts.join('').replace(/^\./, '');
  return brackets.length > mostParts ? `${path}…` : path;
}

/** From the outside in. */
function bracketsAround(reader: JsonReader, target: number): Bracket[] {
  const brackets: Bracket[] = [];
  while (reader.at < target) {
    const top = brackets.at(-1);
    const byte = reader.peek();
    if (reader.at >= target) break;
    if (byte === char.quote) {
      if (top?.nameAt === -1) top.nameAt = reader.at;
      reader.at = reader.textEnd(reader.at + 1);
    } else if (byte === char.openObject || byte === char.openList) {
      brackets.push({ isList: byte === char.openList, index: 0, nameAt: -1 });
    } else if (byte === char.closeObject || byte === char.closeList) brackets.pop();
    else if (byte === char.comma && top !== undefined) {
      top.index += 1;
      top.nameAt = -1;
    }
    reader.at += 1;
  }
  return brackets;
}

function nameOf(reader: JsonReader, at: number): string {
  reader.at = at;
  return String(reader.takeScalar());
}

/** Names the place of a value in a JSON text, for errors. */
import { char, JsonReader } from './json-reader.ts';

/** Like `resourceSpans[0].scopeSpans[1].spans`; empty for the whole. `json` is valid, and a value begins at byte `target`. */
export function pathAt(json: Uint8Array, target: number): string {
  const reader = new JsonReader(json);
  let path = '';
  for (;;) {
    const first = reader.peek();
    if (reader.at >= target || (first !== char.openObject && first !== char.openList)) return path;
    const isList = first === char.openList;
    const part = partWith(reader, target, isList);
    path += isList || path === '' ? part : `.${part}`;
  }
}

/** Steps into the bracket, up to the value that holds the target; returns what that value is called. */
function partWith(reader: JsonReader, target: number, isList: boolean): string {
  reader.at += 1;
  for (let index = 0; ; index += 1) {
    const name = isList ? `[${index}]` : nameOf(reader);
    reader.peek();
    const start = reader.at;
    reader.skipValue();
    if (reader.at > target) {
      reader.at = start;
      return name;
    }
    if (!reader.hasNext(isList ? char.closeList : char.closeObject)) return '';
  }
}

function nameOf(reader: JsonReader): string {
  const name = String(reader.takeScalar());
  reader.expect(char.colon);
  return name;
}

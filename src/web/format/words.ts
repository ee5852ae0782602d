/** Small pieces of sentences: numbers as words, lists, capitals. */

const small = (
  'no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen twenty'
).split(' ');

/** 0 → "no", 2 → "two", 20 → "twenty", 21 → "21". */
export function numberWord(value: number): string {
  return small[value] ?? String(value);
}

/** `["a"]` → "a", `["a", "b"]` → "a and b", three or more with commas; empty → "". */
export function listWords(items: readonly string[]): string {
  if (items.length <= 2) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** Like {@link listWords}, but at most `most` names and then "and 3 more". */
export function listAtMost(items: readonly string[], most: number): string {
  if (items.length <= most) return listWords(items);
  return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** 1 → "1 day", 2 → "2 days"; only for words with a plain s. */
export function plural(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}

/** A number and its unit stay on one line: "5 s" never ends one line with 5. */
export function keepUnits(text: string): string {
  return text.replace(/(\d) (s|ms|min|h|d|%|GB|MB|kB|k|M)\b/g, '$1\u00a0$2').replace(/(\d) %/g, '$1\u00a0%');
}

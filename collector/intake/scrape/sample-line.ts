/** Reads the line of one sample: name, labels, value, timestamp, exemplar; both formats. */
import type { PageExemplar, PageFormat, PageSample } from './page.ts';
import type { PageCursor } from './page-cursor.ts';

const metricName = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const labelName = /[A-Za-z_][A-Za-z0-9_]*/y;
const quotedBody = /[^"\\\n]*/y;
const blanks = /[ \t]*/y;
const word = /[^\s#]+/y;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const wholeNumber = /^[+-]?\d+$/;
/** OpenMetrics: the names and values of an exemplar's labels together. */
const exemplarCharacters = 128;

interface Labels {
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The cursor stands at the line's first character and ends before its line end. @throws INVALID_REQUEST */
export function readSample(cursor: PageCursor, format: PageFormat): PageSample {
  const start = cursor.at;
  const bare = cursor.take(metricName);
  if (format === 'text') cursor.take(blanks);
  if (bare === null && cursor.text[cursor.at] !== '{') cursor.fail('a metric name');
  const { name: quoted, labels } = readLabels(cursor, bare === null);
  const name = bare ?? quoted ?? cursor.fail('a quoted metric name as the first entry within the braces', start);
  readGap(cursor, format, 'a value');
  const value = readNumber(cursor, 'a value: a number, NaN, +Inf or -Inf');
  const timeMs = readTime(cursor, format);
  return { name, labels, value, timeMs, exemplar: readExemplar(cursor, format), line: cursor.line };
}

/** A name, quoted or not. @throws INVALID_REQUEST */
export function readName(cursor: PageCursor): string {
  return cursor.text[cursor.at] === '"' ? readQuoted(cursor) : cursor.expect(metricName, 'a metric name');
}

/** `{…}`, or nothing. With `mayName` a first entry without a value is the metric's name. */
function readLabels(cursor: PageCursor, mayName: boolean): Labels {
  const pairs: [string, string][] = [];
  let name: string | null = null;
  if (!cursor.skip('{')) return { name, labels: {} };
  cursor.take(blanks);
  while (!cursor.skip('}')) {
    const at = cursor.at;
    const key = cursor.text[at] === '"' ? readQuoted(cursor) : cursor.expect(labelName, 'a label name or }');
    cursor.take(blanks);
    if (cursor.skip('=')) {
      cursor.take(blanks);
      if (pairs.some(([known]) => known === key)) cursor.refuse(`the label ${key} is given twice`, at);
      if (key === '__name__') cursor.refuse('__name__ is no label; write the name before the braces', at);
      pairs.push([key, readQuoted(cursor)]);
    } else if (mayName && name === null && pairs.length === 0 && cursor.text[at] === '"') name = key;
    else cursor.fail('= after the label name');
    cursor.take(blanks);
    if (!cursor.skip(',') && cursor.text[cursor.at] !== '}') cursor.fail(', or }');
    cursor.take(blanks);
  }
  return { name, labels: Object.fromEntries(pairs) };
}

function readQuoted(cursor: PageCursor): string {
  if (!cursor.skip('"')) cursor.fail('a quoted text');
  let text = cursor.take(quotedBody) ?? '';
  while (!cursor.skip('"')) {
    if (cursor.skip('\\\\')) text += '\\';
    else if (cursor.skip('\\"')) text += '"';
    else if (cursor.skip('\\n')) text += '\n';
    else if (cursor.isAtLineEnd) cursor.fail('the closing quote');
    else cursor.fail('one of the escapes \\\\, \\" and \\n');
    text += cursor.take(quotedBody) ?? '';
  }
  return text;
}

function readGap(cursor: PageCursor, format: PageFormat, what: string): void {
  if (format === 'openMetrics') {
    if (!cursor.skip(' ')) cursor.fail(`one space and ${what}`);
  } else cursor.take(blanks);
}

function readNumber(cursor: PageCursor, what: string): number {
  const at = cursor.at;
  const text = cursor.expect(word, what);
  if (decimal.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const sign = infinite.exec(text)?.[1];
  if (sign === undefined) cursor.fail(what, at);
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Milliseconds in the older format, seconds in the newer one; either may be left out. */
function readTime(cursor: PageCursor, format: PageFormat): number | null {
  if (format === 'text') {
    cursor.take(blanks);
    if (cursor.isAtLineEnd || cursor.text[cursor.at] === '#') return null;
    const at = cursor.at;
    const text = cursor.expect(word, 'a timestamp in whole ms');
    if (!wholeNumber.test(text)) cursor.fail('a timestamp in whole ms', at);
    cursor.take(blanks);
    return Number(text);
  }
  if (!/^ [^#]/.test(cursor.text.slice(cursor.at, cursor.at + 2))) return null;
  cursor.skip(' ');
  return secondsToMs(cursor, readNumber(cursor, 'a timestamp in seconds'));
}

/** ` # {labels} value [timestamp]`; the older format has none, but programs write them there too. */
function readExemplar(cursor: PageCursor, format: PageFormat): PageExemplar | null {
  if (!(format === 'openMetrics' ? cursor.skip(' # ') : cursor.skip('# '))) return null;
  if (cursor.text[cursor.at] !== '{') cursor.fail("the exemplar's labels in braces");
  const at = cursor.at;
  const { labels } = readLabels(cursor, false);
  let length = 0;
  for (const [name, text] of Object.entries(labels)) length += [...name].length + [...text].length;
  if (length > exemplarCharacters) {
    cursor.refuse(`the exemplar's labels have ${length} characters; at most ${exemplarCharacters} are allowed`, at);
  }
  readGap(cursor, format, "the exemplar's value");
  const value = readNumber(cursor, "the exemplar's value");
  if (!cursor.skip(' ') || cursor.isAtLineEnd) return { labels, value, timeMs: null };
  return { labels, value, timeMs: secondsToMs(cursor, readNumber(cursor, "the exemplar's time in seconds")) };
}

function secondsToMs(cursor: PageCursor, seconds: number): number {
  if (!Number.isFinite(seconds)) cursor.refuse('a time must be a finite number of seconds');
  return Math.round(seconds * 1_000);
}

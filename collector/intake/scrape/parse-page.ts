/** Parses a whole metrics page: the Prometheus text format 0.0.4 or OpenMetrics 1.0. One broken line refuses the page. */
import { setImmediate } from 'node:timers/promises';
import { FamilyBook } from './family-book.ts';
import { type FamilyType, familyTypes, type PageFamily, type PageFormat } from './page.ts';
import { checkFamilies } from './page-checks.ts';
import { PageCursor } from './page-cursor.ts';
import { readName, readSample } from './sample-line.ts';

/** More samples than `maxSamples` refuse the page. */
export interface PageLimits {
  readonly maxSamples: number;
}

/** About ten milliseconds' work. */
const linesPerPart = 2_000;
const blanks = /[ \t]*/y;
const keyword = /[A-Z]+(?=[ \t])/y;
const restOfLine = /[^\n]*/y;
const eof = /EOF(?=\n|$)/y;

/**
 * The page's families in their order.
 * @throws INVALID_REQUEST `line 3, column 14 of the metrics page: expected …, found …`
 */
export function parsePage(text: string, format: PageFormat, limits: PageLimits): readonly PageFamily[] {
  const parser = new PageParser(text, format, limits);
  while (parser.read(Number.POSITIVE_INFINITY));
  return parser.families();
}

/** The same, in between letting others work: a page of fifty thousand samples takes tenths of a second. @throws as {@link parsePage} */
export async function parsePageInParts(
  text: string,
  format: PageFormat,
  limits: PageLimits,
): Promise<readonly PageFamily[]> {
  const parser = new PageParser(text, format, limits);
  while (parser.read(linesPerPart)) await setImmediate();
  return parser.families();
}

/** Reads one page, some lines at a time. Everything @throws INVALID_REQUEST */
class PageParser {
  readonly #cursor: PageCursor;
  readonly #book: FamilyBook;
  readonly #format: PageFormat;
  readonly #limits: PageLimits;
  #samples = 0;
  #isEnded = false;

  constructor(text: string, format: PageFormat, limits: PageLimits) {
    this.#cursor = new PageCursor(text);
    this.#book = new FamilyBook(this.#cursor, format);
    this.#format = format;
    this.#limits = limits;
  }

  /** False when the page is read. */
  read(lines: number): boolean {
    for (let line = 0; line < lines; line += 1) {
      if (this.#cursor.isAtEnd) return false;
      this.#readLine();
    }
    return true;
  }

  families(): readonly PageFamily[] {
    if (this.#format === 'openMetrics' && !this.#isEnded) this.#cursor.fail('# EOF; the page is cut off');
    const families = this.#book.families();
    checkFamilies(families, this.#format);
    return families;
  }

  #readLine(): void {
    const cursor = this.#cursor;
    const isOpen = this.#format === 'openMetrics';
    if (this.#isEnded) cursor.fail('nothing after # EOF');
    if (!isOpen) cursor.take(blanks);
    if (cursor.isAtLineEnd) {
      if (isOpen) cursor.fail('a sample, a declaration or # EOF');
      cursor.endLine();
    } else if (cursor.text[cursor.at] === '#') {
      this.#isEnded = isOpen ? readDeclaration(cursor, this.#book) : readComment(cursor, this.#book);
    } else this.#readSample();
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const { maxSamples } = this.#limits;
    this.#samples += 1;
    if (this.#samples > maxSamples) cursor.refuse(`there are more than ${maxSamples} samples; raise sampleLimit`);
    const at = cursor.at;
    this.#book.add(readSample(cursor, this.#format), at);
    cursor.endLine();
  }
}

/** A line of the newer format that begins with #: a declaration, or the end; true for the end. */
function readDeclaration(cursor: PageCursor, book: FamilyBook): boolean {
  if (!cursor.skip('# ')) cursor.fail('# and a space');
  if (cursor.take(eof) !== null) {
    cursor.endLine();
    return true;
  }
  const word = cursor.take(keyword);
  if (word === null || !declare(cursor, book, word, 'openMetrics')) cursor.fail('HELP, TYPE, UNIT or EOF');
  return false;
}

/** A line of the older format that begins with #: a declaration, or a comment that means nothing. */
function readComment(cursor: PageCursor, book: FamilyBook): false {
  cursor.skip('#');
  cursor.take(blanks);
  const word = cursor.take(keyword);
  if (word === null || !declare(cursor, book, word, 'text')) cursor.skipLine();
  return false;
}

/** False when the word declares nothing. */
function declare(cursor: PageCursor, book: FamilyBook, word: string, format: PageFormat): boolean {
  if (word !== 'HELP' && word !== 'TYPE' && !(word === 'UNIT' && format === 'openMetrics')) return false;
  cursor.take(blanks);
  const at = cursor.at;
  const name = readName(cursor);
  if (!cursor.isAtLineEnd && cursor.take(/[ \t]+/y) === null) cursor.fail('a space');
  if (word === 'TYPE') book.declareType(name, readType(cursor, format), at);
  else {
    const text = cursor.take(restOfLine) ?? '';
    if (word === 'UNIT') book.declareUnit(name, text, at);
    else book.declareHelp(name, unescapeHelp(text), at);
  }
  cursor.endLine();
  return true;
}

function readType(cursor: PageCursor, format: PageFormat): FamilyType {
  const at = cursor.at;
  const text = cursor.take(/[a-z]+/y) ?? '';
  if (format === 'text') cursor.take(blanks);
  if (text === 'untyped' && format === 'text') return 'unknown';
  const known = format === 'text' ? familyTypes.slice(0, 5) : familyTypes;
  const type = known.find((one) => one === text);
  return type ?? cursor.fail(`one of the types ${known.join(', ')}`, at);
}

/** `\\`, `\n` and `\"`; any other backslash stands for itself. */
function unescapeHelp(text: string): string {
  return text.replace(/\\([\\n"])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
}

/** A place in a metrics page; whatever is not as expected becomes one error that names line, column and expectation. */
import { AppError } from '../../../src/kernel/errors.ts';

/** Moves forward over one line at a time. Every `expect…` and `fail` @throws INVALID_REQUEST */
export class PageCursor {
  readonly text: string;
  at = 0;
  /** Counted from 1. */
  line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  get isAtLineEnd(): boolean {
    return this.isAtEnd || this.text[this.at] === '\n';
  }

  /** What a sticky expression matches here, and moves behind it; null without moving when it does not. */
  take(form: RegExp): string | null {
    form.lastIndex = this.at;
    const match = form.exec(this.text);
    if (match === null) return null;
    this.at = form.lastIndex;
    return match[0];
  }

  expect(form: RegExp, what: string): string {
    return this.take(form) ?? this.fail(what);
  }

  /** True, and behind it, when these very characters come next. */
  skip(characters: string): boolean {
    if (!this.text.startsWith(characters, this.at)) return false;
    this.at += characters.length;
    return true;
  }

  /** To the beginning of the next line. */
  endLine(): void {
    if (!this.isAtLineEnd) this.fail('the end of the line');
    this.at += 1;
    this.line += 1;
    this.#lineStart = this.at;
  }

  /** Passes over the rest of the line. */
  skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
    this.endLine();
  }

  fail(expected: string, at: number = this.at): never {
    const end = this.text.indexOf('\n', at);
    const rest = this.text.slice(at, Math.min(end === -1 ? this.text.length : end, at + 40));
    const found = rest === '' ? 'the end of the line' : JSON.stringify(rest);
    this.refuse(`expected ${expected}, found ${found}`, at);
  }

  /** @throws INVALID_REQUEST `what`, at this place */
  refuse(what: string, at: number = this.at): never {
    const column = at - this.#lineStart + 1;
    throw new AppError('INVALID_REQUEST', `line ${this.line}, column ${column} of the metrics page: ${what}`, {
      details: { line: this.line, column },
    });
  }
}

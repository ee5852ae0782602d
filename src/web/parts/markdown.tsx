/** Markdown as elements of the page. Raw HTML in it is left out, links lead only to pages and to http(s). */
import { lexer, type Token, type Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { anchorOf, isPagePath, safeHref } from '../format/runbook-links.ts';

/** The headings get anchors; `#` links of the text lead there. */
export function Markdown({ text }: { readonly text: string }) {
  return <article class="prose">{lexer(text).map(block)}</article>;
}

function block(token: Token, key: number): ComponentChildren {
  if (isKind(token, 'heading')) return <Heading key={key} token={token} />;
  if (isKind(token, 'paragraph')) return <p key={key}>{inline(token.tokens)}</p>;
  if (isKind(token, 'list')) return <List key={key} list={token} />;
  if (isKind(token, 'blockquote')) return <blockquote key={key}>{token.tokens.map(block)}</blockquote>;
  if (isKind(token, 'table')) return <Table key={key} table={token} />;
  if (isKind(token, 'hr')) return <hr key={key} />;
  if (isKind(token, 'code')) {
    return (
      <pre key={key}>
        <code>{token.text}</code>
      </pre>
    );
  }
  if (isKind(token, 'text')) return token.tokens ? inline(token.tokens) : token.text;
  return null;
}

function Heading({ token }: { readonly token: Tokens.Heading }) {
  const id = anchorOf(token.text);
  const words = (
    <>
      {inline(token.tokens)}{' '}
      <a class="anchor" href={`#${id}`} aria-label={`Link to ${token.text}`}>
        #
      </a>
    </>
  );
  if (token.depth === 1) return <h1 id={id}>{inline(token.tokens)}</h1>;
  return token.depth === 2 ? <h2 id={id}>{words}</h2> : <h3 id={id}>{words}</h3>;
}

function List({ list }: { readonly list: Tokens.List }) {
  const items = list.items.map((item, at) => <li key={at}>{item.tokens.map(block)}</li>);
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { readonly table: Tokens.Table }) {
  const side = (at: number) => (table.align[at] === 'right' ? 'number' : undefined);
  return (
    <div class="frame">
      <table class="dense fit">
        <thead>
          <tr>
            {table.header.map((cell, at) => (
              <th key={at} scope="col" class={side(at)}>
                {inline(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at} class={side(at)}>
                  {inline(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(tokens: readonly Token[]): ComponentChildren {
  return tokens.map((token, key) => {
    if (isKind(token, 'strong')) return <b key={key}>{inline(token.tokens)}</b>;
    if (isKind(token, 'em')) return <em key={key}>{inline(token.tokens)}</em>;
    if (isKind(token, 'del')) return <s key={key}>{inline(token.tokens)}</s>;
    if (isKind(token, 'codespan')) return <Code key={key} text={token.text} />;
    if (isKind(token, 'br')) return <br key={key} />;
    if (isKind(token, 'escape')) return token.text;
    if (isKind(token, 'text')) return token.tokens ? inline(token.tokens) : token.text;
    if (isKind(token, 'link')) return <Link key={key} token={token} />;
    return null;
  });
}

/** The address of a page of this console is a link to it. */
function Code({ text }: { readonly text: string }) {
  const code = <code>{text}</code>;
  return isPagePath(text) ? <a href={text}>{code}</a> : code;
}

function Link({ token }: { readonly token: Tokens.Link }) {
  const href = safeHref(token.href);
  return href === null ? <span>{inline(token.tokens)}</span> : <a href={href}>{inline(token.tokens)}</a>;
}

interface Kinds {
  heading: Tokens.Heading;
  paragraph: Tokens.Paragraph;
  list: Tokens.List;
  blockquote: Tokens.Blockquote;
  table: Tokens.Table;
  hr: Tokens.Hr;
  code: Tokens.Code;
  text: Tokens.Text;
  strong: Tokens.Strong;
  em: Tokens.Em;
  del: Tokens.Del;
  codespan: Tokens.Codespan;
  br: Tokens.Br;
  escape: Tokens.Escape;
  link: Tokens.Link;
}

function isKind<Kind extends keyof Kinds>(token: Token, kind: Kind): token is Kinds[Kind] {
  return token.type === kind;
}

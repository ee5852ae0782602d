/** What an SQL text works on, by a glance at it: good enough to see foreign writes, never a full parser. Pure. */

/** `op` is select, insert, update, delete, replace, begin, commit, rollback or other; `table` is lower case or `other`. */
export interface StatementKind {
  readonly op: string;
  readonly table: string;
}

const operations = new Set(['select', 'insert', 'update', 'delete', 'replace']);
const transactionOps: Readonly<Record<string, string>> = {
  begin: 'begin',
  savepoint: 'begin',
  commit: 'commit',
  end: 'commit',
  release: 'commit',
  rollback: 'rollback',
};
const name = /(?:["`[]?\w+["`\]]?\s*\.\s*)?["`[]?(\w+)/;
const target: Readonly<Record<string, RegExp>> = {
  select: new RegExp(String.raw`\bfrom\s+${name.source}`, 'i'),
  delete: new RegExp(String.raw`\bfrom\s+${name.source}`, 'i'),
  insert: new RegExp(String.raw`\binto\s+${name.source}`, 'i'),
  replace: new RegExp(String.raw`\binto\s+${name.source}`, 'i'),
  update: new RegExp(String.raw`\bupdate\s+(?:or\s+\w+\s+)?${name.source}`, 'i'),
};

/** Of several tables the first one is named; of several statements the first one counts. */
export function kindOfStatement(sql: string): StatementKind {
  const text = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trimStart();
  const first = /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? '';
  const op = first === 'with' ? mainOperationOf(text) : first;
  const transactionOp = transactionOps[op];
  if (transactionOp !== undefined) return { op: transactionOp, table: 'other' };
  if (!operations.has(op)) return { op: 'other', table: 'other' };
  return { op, table: target[op]?.exec(text)?.[1]?.toLowerCase() ?? 'other' };
}

/** After the common table expressions: the first keyword outside of any parenthesis. */
function mainOperationOf(text: string): string {
  let depth = 0;
  for (const match of text.matchAll(/\(|\)|'(?:[^']|'')*'|\b[a-z]+\b/gi)) {
    const token = match[0].toLowerCase();
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && operations.has(token)) return token;
  }
  return 'other';
}

/** The runbooks that come with the package: one Markdown file a kind of alerts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunbookAnswer } from '../src/contract/index.ts';

/** By id, which is the file's name and the kind of alerts; the title is the first heading. */
export function listRunbooks(): readonly RunbookAnswer[] {
  const folder = runbookFolder();
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const markdown = readFileSync(join(folder, file), 'utf8');
      const id = file.replace(/\.md$/, '');
      return { id, title: /^# (.+)$/m.exec(markdown)?.[1] ?? id, markdown };
    });
}

/** Below the folder with package.json above this file: the same from source and from dist/, which carries no Markdown. */
function runbookFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'alerts', 'runbooks');
}

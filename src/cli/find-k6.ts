/** Where k6 is on this machine, or how to get it. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '../kernel/errors.ts';

/**
 * The program of `--k6`, else the first on PATH, else where `go install` puts it.
 * @throws TOOL_MISSING with the ways to get it
 */
export function findK6(given: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  if (given !== undefined) {
    if (isProgram(given)) return given;
    throw new AppError('TOOL_MISSING', `--k6 ${given} is not a program that can be run; ${howToGetK6}`);
  }
  const goFolders = [env.GOPATH, env.HOME === undefined ? undefined : join(env.HOME, 'go')]
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => join(folder ?? '', 'bin'));
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...goFolders];
  const found = folders.flatMap((folder) => [join(folder, 'k6'), join(folder, 'k6.exe')]).find(isProgram);
  if (found !== undefined) return found;
  throw new AppError('TOOL_MISSING', `a rehearsal needs k6, which is not on this machine; ${howToGetK6}`);
}

/** One remedy a platform. */
const howToGetK6 =
  'get it with "brew install k6" (macOS), from the apt repository of https://dl.k6.io (Debian, Ubuntu), or with ' +
  '"go install go.k6.io/k6/v2@v2.2.0" (Go 1.25 or later; "npm run tools" does it); all ways: https://grafana.com/docs/k6. ' +
  'A k6 elsewhere: --k6 PATH';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

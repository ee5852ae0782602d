/** Outside programs that tests need: where they are, or why a test is skipped. The only reader of SEAMWATCH_REQUIRE_TOOLS. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How each program comes to a machine; `npm run tools` does all of it. */
const sources = {
  promtool: 'the Debian package prometheus (apt-get install prometheus)',
  prometheus: 'the Debian package prometheus (apt-get install prometheus)',
  'prometheus-alertmanager': 'the Debian package prometheus-alertmanager (apt-get install prometheus-alertmanager)',
  k6: 'go install go.k6.io/k6/v2@v2.2.0 (Go 1.25 or later)',
  'seamwatch-otel-go': 'go build in tests/fixtures/otel-go, into the bin folder of Go (Go 1.25 or later)',
  chromium: 'the Debian package chromium (apt-get install chromium)',
} as const;

export type ToolName = keyof typeof sources;

/**
 * Path of a program on PATH or where Go puts its own; null when it is absent, so that the test skips with {@link missingTool} as its reason.
 * Throws instead under SEAMWATCH_REQUIRE_TOOLS=1.
 */
export function requireTool(name: ToolName): string | null {
  const goFolders = [process.env.GOPATH, join(homedir(), 'go')].map((folder) => join(folder ?? '', 'bin'));
  const found = [...(process.env.PATH ?? '').split(delimiter), ...goFolders]
    .map((folder) => join(folder, name))
    .find(isProgram);
  if (found !== undefined) return found;
  if (process.env.SEAMWATCH_REQUIRE_TOOLS === '1') throw new Error(missingTool(name));
  return null;
}

/** Why a test that needs the program is skipped, and how to get it. */
export function missingTool(name: ToolName): string {
  return `${name} is not on PATH; it comes with ${sources[name]}, or with npm run tools`;
}

/** Clients of the tests with dependencies of their own, by folder below tests/fixtures. */
export type FixtureName = 'otel-2x';

/**
 * Folder of such a client; null when its packages are not installed, so that the test skips with {@link missingFixture} as its reason.
 * Throws instead under SEAMWATCH_REQUIRE_TOOLS=1.
 */
export function requireFixture(name: FixtureName): string | null {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures', name);
  if (existsSync(join(folder, 'node_modules'))) return folder;
  if (process.env.SEAMWATCH_REQUIRE_TOOLS === '1') throw new Error(missingFixture(name));
  return null;
}

/** Why a test that needs the client is skipped, and how to get it. */
export function missingFixture(name: FixtureName): string {
  return `tests/fixtures/${name} is not installed; npm ci --prefix tests/fixtures/${name}, or npm run tools`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Reads docker-compose.yml for the tests: what it mounts, publishes and expects of the environment. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '..');

export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly hostname?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
}

export interface Stack {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}

export function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A YAML file; `T` is what the test expects of it. */
export function yaml<T>(path: string): T {
  return parse(text(path)) as T;
}

export const stack = yaml<Stack>('docker-compose.yml');

/** `./deploy/x:/etc/x:ro` taken apart; a source without `./` is a named volume. */
export function mountsOf(
  service: Service,
): readonly { readonly source: string; readonly target: string; readonly isBind: boolean }[] {
  return service.volumes.map((volume) => {
    const [source = '', target = ''] = volume.split(':');
    return { source, target, isBind: source.startsWith('./') };
  });
}

/** A service's file system as it will see it, below `folder`: bind mounts copied, secrets with `secret` in them. */
export function layOut(service: Service, folder: string, secret: string): void {
  const inside = (path: string): string => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  for (const { source, target, isBind } of mountsOf(service)) {
    if (isBind) cpSync(join(root, source), inside(target), { recursive: true });
  }
  for (const one of service.secrets ?? []) {
    const target = typeof one === 'string' ? `/run/secrets/${one}` : one.target;
    writeFileSync(inside(target), secret);
  }
}

/** Names in `${NAME}`, `${NAME:?…}` and `${NAME:-…}`. */
export function variablesIn(content: string): ReadonlySet<string> {
  const code = content.replace(/^\s*#.*$/gm, '');
  return new Set([...code.matchAll(/\$\{(\w+)[^}]*\}/g)].map(([, name]) => name ?? ''));
}

export function exists(path: string): boolean {
  return existsSync(join(root, path));
}

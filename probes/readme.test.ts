/** The examples of the README are probes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseProbes } from './index.ts';

const text = readFileSync(fileURLToPath(new URL('README.md', import.meta.url)), 'utf8');
const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? '');

describe('the README', () => {
  it('shows one probe of each kind, and each is accepted', () => {
    const probes = examples.flatMap((yaml) => parseProbes(parse(yaml), 'README.md', 'https://campus.example'));
    expect(new Set(probes.map(({ kind }) => kind))).toEqual(new Set(['http', 'journey', 'tls', 'tcp', 'websocket']));
  });

  it('states the defaults that are in force', () => {
    const [probe] = parseProbes([{ id: 'a', kind: 'http', url: '/' }], 'README.md', null);
    const [written] = parseProbes(parse(examples[0] ?? ''), 'README.md', null);
    const { everyMs, timeoutMs, confirm, countsForUptime } = written ?? {};
    expect(probe).toMatchObject({ everyMs, timeoutMs, confirm, countsForUptime });
  });
});

/** A runbook for each kind of alerts, each with what somebody at 3 a.m. needs. */
import { expect, it } from 'vitest';
import { operations } from '../src/contract/index.ts';
import { listRunbooks } from './index.ts';

const runbooks = listRunbooks();

it('has one runbook for each kind of alerts and no other', () => {
  expect(runbooks.map(({ id }) => id).sort()).toEqual([...operations.alertKind.options].sort());
});

it.each(runbooks.map((one) => [one.id, one] as const))(
  '%s says where to look, why, what to do and how it ends',
  (_, one) => {
    expect(one.title).not.toBe(one.id);
    for (const heading of ['## Look first', '## Likely causes', '## What to do', '## How it ends']) {
      expect(one.markdown).toContain(heading);
    }
  },
);

it('links only to pages that the console has', () => {
  const pages = [
    'alerts',
    'objectives',
    'traces',
    'domains',
    'probes',
    'status',
    'extraction',
    'runbooks',
    'healthz',
    'metrics',
  ];
  const paths = runbooks.flatMap(({ markdown }) =>
    [...markdown.matchAll(/`\/([a-z]*)[^`]*`/g)].map(([, page]) => page),
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((page) => page !== '' && !pages.includes(page ?? ''))).toEqual([]);
});

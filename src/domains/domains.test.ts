/** The catalogue of Campus Connect against the documents; what a broken catalogue is refused for; where profiles are found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../kernel/errors.ts';
import { type Domain, loadProfile, ownerOfTable, parseDomains } from './index.ts';

const domains = parseDomains(loadProfile('campus-connect').domains, 'domains.yaml');

function domainOf(id: string): Domain {
  const found = domains.find((domain) => domain.id === id);
  if (found === undefined) throw new RangeError(`no domain ${id}`);
  return found;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function refusal(section: unknown): string {
  try {
    parseDomains(section, 'domains.yaml');
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the catalogue of Campus Connect', () => {
  it.each([
    ['users', 'users.ts', ['users'], 400],
    ['posts', 'posts.ts', ['posts'], 600],
    ['chat', 'messages.ts', ['messages', 'conversations', 'conversationParticipants'], 500],
    ['notifications', 'notifications.ts', ['notifications'], 300],
    ['events', 'events.ts', ['events', 'eventRegistrations'], 400],
    ['search', 'search.ts', [], 200],
    ['feed', 'feedRanking.ts', [], 300],
    ['recommendations', 'recommendations.ts', [], 200],
    ['gamification', 'gamification.ts', ['badges', 'achievements'], 300],
  ] as const)('has %s with the module, tables and lines of S0 §2', (id, module, tables, linesOfCode) => {
    const domain = domainOf(id);
    expect(domain).toMatchObject({ module, linesOfCode });
    expect(domain.tables).toEqual(expect.arrayContaining([...tables]));
  });

  it('has the priorities of S0 §3 and no other', () => {
    const prioritised = domains.flatMap(({ id, priority }) => (priority === null ? [] : [[priority, id]])).sort();
    expect(prioritised).toEqual([
      ['P0', 'chat'],
      ['P1', 'notifications'],
      ['P2', 'recommendations'],
      ['P3', 'search'],
      ['P4', 'media'],
      ['P5', 'analytics'],
    ]);
  });

  it.each(['auth', 'posts', 'feed', 'chat', 'search', 'notifications', 'media'])('has %s of S1 §3.1', (id) => {
    expect(domainOf(id).source).toMatch(/S1 .*§3\.1/);
  });

  it.each([
    ['chat', ['message.sent', 'message.read', 'conversation.created'], []],
    [
      'notifications',
      [],
      [
        'reaction.added',
        'comment.created',
        'user.followed',
        'message.sent',
        'event.created',
        'mention.created',
        'post.created',
      ],
    ],
    [
      'posts',
      ['post.created', 'post.deleted', 'reaction.added', 'comment.created', 'search.index'],
      ['media.uploaded'],
    ],
    ['feed', [], ['post.created', 'post.deleted', 'user.followed', 'reaction.added']],
    ['search', [], ['post.created', 'post.deleted', 'comment.created', 'search.index']],
    ['recommendations', [], ['user.followed']],
    ['follows', ['user.followed'], []],
    ['media', ['media.uploaded'], ['media.uploaded']],
    ['events', ['event.created'], []],
  ] as const)('has the events of %s', (id, emits, consumes) => {
    const domain = domainOf(id);
    expect(domain.emits).toEqual(expect.arrayContaining([...emits]));
    expect(domain.consumes).toEqual(expect.arrayContaining([...consumes]));
  });

  it("names every event by its canonical name, which somebody emits, and aliases by S0's", () => {
    const emitted = new Set(domains.flatMap(({ emits }) => emits));
    for (const { consumes, emits, aliases } of domains) {
      for (const event of consumes) expect(emitted).toContain(event);
      for (const [alias, canonical] of Object.entries(aliases)) {
        expect({ 'post.liked': 'reaction.added', 'post.commented': 'comment.created' }[alias]).toBe(canonical);
        expect([...consumes, ...emits]).toContain(canonical);
      }
    }
  });

  it('has the chat routes of S0 §4.1', () => {
    expect(domainOf('chat').api).toEqual([
      'POST /api/chat/conversations',
      'GET /api/chat/conversations/:id',
      'POST /api/chat/conversations/:id/send',
      'WS /api/chat/ws',
      'DELETE /api/chat/messages/:id',
    ]);
  });

  it('names each route once, as an operation of the same domain', () => {
    const routes = domains.flatMap(({ api }) => api);
    expect(new Set(routes).size).toBe(routes.length);
    for (const { api, operations } of domains) {
      expect(operations.flatMap(({ http }) => http ?? []).sort()).toEqual([...api].sort());
    }
  });

  it('gives no owner to entities without one, and notes them', () => {
    for (const entity of ['communities', 'hashtags', 'papers', 'resources', 'skills', 'reposts', 'bookmarks']) {
      expect(ownerOfTable(domains, entity)).toBeNull();
      expect(domains.some(({ notes }) => notes.some((note) => note.includes(entity)))).toBe(true);
    }
  });

  it('finds the owner of a table by either spelling', () => {
    expect(ownerOfTable(domains, 'conversation_participants')).toBe('chat');
    expect(ownerOfTable(domains, 'pushSubscriptions')).toBe('notifications');
  });

  it('keeps follows in the monolith, as S0 §10 says', () => {
    expect(domains.filter(({ extractable }) => !extractable).map(({ id }) => id)).toEqual(['follows']);
  });
});

describe('parseDomains', () => {
  const feed = { id: 'feed', title: 'Feed', source: 'S0 §2' };

  it.each([
    ['a section that is no list', { feed }, 'domains.yaml: must be a list of domains; begin each with "- id:"'],
    [
      'a domain without a source',
      [{ id: 'feed', title: 'Feed' }],
      'domains.yaml: domain "feed": source is missing; add it (string)',
    ],
    [
      'a priority that does not exist',
      [{ ...feed, priority: 'P9' }],
      'domains.yaml: domain "feed": priority "P9" is not known; write one of P0, P1, P2, P3, P4, P5',
    ],
    ['a domain twice', [feed, feed], 'domains.yaml: domain "feed": is defined twice; rename or remove one'],
    [
      'a dependency on a stranger',
      [{ ...feed, dependsOn: ['post'] }],
      'domains.yaml: domain "feed": dependsOn "post" is not a domain; write one of feed',
    ],
    [
      'a table with two owners',
      [
        { ...feed, tables: ['posts'] },
        { ...feed, id: 'posts', tables: ['posts'] },
      ],
      'domains.yaml: domain "posts": table "posts" is owned by "feed" already; keep one owner',
    ],
    [
      'a route without a method',
      [{ ...feed, api: ['/api/feed'] }],
      'domains.yaml: domain "feed": route "/api/feed" is not understood; write a method and a path, such as GET /api/feed',
    ],
  ])('refuses %s', (_name, section, message) => {
    expect(refusal(section)).toBe(message);
  });
});

describe('loadProfile', () => {
  it('finds a built-in profile whatever the working directory, with the shared burn policies', () => {
    const profile = loadProfile('campus-connect');
    expect(profile.name).toBe('campus-connect');
    expect(profile.objectives).toBeInstanceOf(Array);
    expect(profile.policies).toMatchObject([{ id: 'google-30d' }]);
  });

  it("reads a folder of a user's own, where absent files are null", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'domains.yaml'), '- { id: shop, title: Shop, source: own }\n');
    const profile = loadProfile(folder);
    expect(profile).toMatchObject({ path: folder, objectives: null, policies: [{ id: 'google-30d' }] });
    expect(parseDomains(profile.domains, 'domains.yaml')).toMatchObject([{ id: 'shop' }]);
  });

  it('refuses a name that is not built in, listing those that are', () => {
    expect(() => loadProfile('campus')).toThrow(
      /^profile "campus" is neither built in nor a folder with domains.yaml; write one of campus-connect/,
    );
  });

  it('names file and line of a YAML mistake', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'domains.yaml'), '- id: shop\n  title: [Shop\n');
    expect(() => loadProfile(folder)).toThrow(/domains\.yaml: .*at line 3/s);
  });
});

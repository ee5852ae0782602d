/** What people do, each one request and what follows from it. */
import type { Book } from './goals.ts';
import { correlationId } from './marks.ts';
import { call } from './requests.ts';
import { pick, type World } from './world.ts';

const words = [
  'robotics',
  'python',
  'chemistry',
  'music',
  'rowing',
  'startups',
  'philosophy',
  'economics',
  'linguistics',
];

/** Opens the feed. */
export function readFeed(book: Book, { people }: World): void {
  call(book, { operation: 'GET /api/feed', path: '/api/feed', userId: pick(people) });
}

/** Searches for a word; three in ten have a letter missing. */
export function search(book: Book, { people }: World): void {
  const word = pick(words);
  const at = 1 + Math.floor(Math.random() * (word.length - 2));
  const text = Math.random() < 0.3 ? word.slice(0, at) + word.slice(at + 1) : word;
  call(book, { operation: 'GET /api/search', path: `/api/search?q=${text}`, userId: pick(people) });
}

/** Sends a message to a listener: one delivery and one notice follow. */
export function sendMessage(book: Book, { conversations }: World): void {
  const { id, sender } = pick(conversations);
  // The content carries the time of sending to the listener's end.
  const content = `${correlationId(Date.now())} hello`;
  const path = `/api/chat/conversations/${id}/send`;
  const sent = call(book, {
    operation: 'POST /api/chat/conversations/:id/send',
    path,
    userId: sender,
    body: { content },
  });
  if (!sent) return;
  book.expect('message');
  book.expect('notice');
}

/** Comments on a listener's post: one notice follows. */
export function comment(book: Book, { people, posts }: World): void {
  const path = `/api/posts/${pick(posts)}/comments`;
  const userId = pick(people);
  const sent = call(book, { operation: 'POST /api/posts/:id/comments', path, userId, body: { content: 'well said' } });
  if (sent) book.expect('notice');
}

/** Opens the inbox. */
export function readInbox(book: Book, { people }: World): void {
  call(book, { operation: 'GET /api/notifications', path: '/api/notifications', userId: pick(people) });
}

/** What this application is and where to look. */

const links = [
  ['GET', '/api/feed', 'the ranked feed of user 1'],
  ['GET', '/api/search?q=robotics', 'fuzzy search'],
  ['GET', '/api/notifications', 'what user 1 was told'],
  ['GET', '/api/recommendations', 'whom user 1 may want to follow'],
  ['GET', '/api/users?limit=10', 'people'],
  ['GET', '/api/events', 'community events'],
  ['GET', '/api/analytics/summary', 'what happened, by minute'],
  ['GET', '/metrics', 'the numbers of every domain, for Prometheus'],
  ['GET', '/health', 'is the process alive'],
  ['GET', '/ready', 'does it take requests'],
] as const;

const writes = [
  'POST /api/posts {"content"}',
  'POST /api/posts/:id/comments {"content"}',
  'POST /api/posts/:id/likes',
  'POST /api/users/:id/follow',
  'POST /api/chat/conversations {"participantIds": [2]}',
  'GET /api/chat/conversations/:id',
  'POST /api/chat/conversations/:id/send {"content"}',
  'DELETE /api/chat/messages/:id',
  'WS /api/chat/ws',
  'POST /api/events {"title"}',
  'POST /api/events/:id/registrations',
  'POST /api/media (the bytes)',
  'POST /api/analytics/events {"name"}',
] as const;

/** HTML without scripts. */
export function aboutPage(hasFaults: boolean): string {
  const rows = links.map(([verb, path, what]) => `<li><code>${verb} <a href="${path}">${path}</a></code> ${what}</li>`);
  const faults = hasFaults
    ? 'Faults are on: <code>POST /faults {"domain":"search","latencyMs":300,"seconds":60}</code>, <a href="/faults">GET /faults</a>, <code>DELETE /faults</code>.'
    : 'Faults are off; start with <code>--faults</code> to rehearse failures.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>About Campus Connect, the reference monolith</title>
<link rel="stylesheet" href="/web/style.css">
</head>
<body>
<main>
<p><a href="/">To the feed</a></p>
<h1>About Campus Connect</h1>
<p>A social app for universities as one process and one database, in eleven domains: users, follows, posts, feed, chat, search,
notifications, recommendations, media, analytics and events. It exists to be watched: each domain is wrapped by
<code>seamwatch/instrument</code>, and Seamwatch says which of them must become a service and which must stay.</p>
<p>Who you are is the header <code>x-user-id</code>; without it you are user 1. There are no passwords: this is a demo.</p>
<h2>Read</h2>
<ul>
${rows.join('\n')}
</ul>
<h2>Write and talk</h2>
<ul>
${writes.map((line) => `<li><code>${line}</code></li>`).join('\n')}
</ul>
<h2>Break</h2>
<p>${faults}</p>
</main>
</body>
</html>
`;
}

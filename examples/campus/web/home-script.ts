/** What the page with the feed does, as the text that browsers load. */

export const homeScript = `
import { createBrowserSeam } from 'seamwatch/instrument/browser';

const { reportTo } = JSON.parse(document.getElementById('settings').textContent);
const seam = createBrowserSeam({ page: 'home', domain: 'feed' });
if (reportTo !== null && window.GrafanaFaroWebSdk !== undefined) {
  const faro = window.GrafanaFaroWebSdk.initializeFaro({
    url: reportTo,
    app: { name: 'campus-web', version: '1.0.0', environment: 'demo' },
  });
  seam.connect(faro);
}

const list = document.getElementById('list');
const status = document.getElementById('status');

async function ask(fetch, path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(path + ' answered ' + response.status);
  return response.json();
}

function add(parent, name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
}

function showPost(post) {
  const item = add(list, 'li', '');
  add(item, 'strong', post.authorName);
  add(item, 'p', post.content);
  const button = add(item, 'button', likeText(post.likes));
  button.type = 'button';
  button.className = 'like';
  button.setAttribute('aria-label', 'Like the post of ' + post.authorName);
  button.addEventListener('click', () =>
    seam.run('like', async ({ fetch }) => {
      const { likes } = await ask(fetch, '/api/posts/' + post.id + '/likes', { method: 'POST' });
      button.textContent = likeText(likes);
    }),
  );
}

function likeText(likes) {
  return 'Like · ' + likes;
}

async function showFeed(fetch) {
  const { items } = await ask(fetch, '/api/feed?limit=20');
  list.replaceChildren();
  items.forEach(showPost);
  status.textContent = items.length === 0 ? 'Nobody has posted yet.' : items.length + ' posts for you';
}

async function search(fetch, text) {
  const { items } = await ask(fetch, '/api/search?limit=20&q=' + encodeURIComponent(text));
  list.replaceChildren();
  for (const found of items) add(list, 'li', found.kind + ': ' + found.title);
  status.textContent = items.length + ' found for “' + text + '”';
}

function failed(error) {
  status.textContent = 'This did not work: ' + error.message;
  status.className = 'alarm';
  throw error;
}

document.getElementById('search').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = new FormData(event.target).get('q').trim();
  if (text !== '') seam.run('search', ({ fetch }) => search(fetch, text)).catch(failed);
});

// The answer has no list of that name: the request goes well, and what is done with its answer does not.
document.getElementById('break').addEventListener('click', () => {
  seam.run('break', async ({ fetch }) => {
    const answer = await ask(fetch, '/api/feed?limit=1');
    status.textContent = answer.posts[0].content;
  }).catch(failed);
});

// Nobody waits for a page in a tab that is not shown.
const drawn = () => requestAnimationFrame(() => document.hidden || seam.pageReady());
showFeed(seam.fetch).then(() => document.hidden || drawn(), failed);
`;

/** The page with the feed. */
import { browserEntry } from './browser-files.ts';

/** `reportTo` = the address that takes what the page measures; null = the page measures nothing. */
export function homePage(reportTo: string | null): string {
  const settings = JSON.stringify({ reportTo }).replaceAll('<', '\\u003c');
  const measuring = reportTo === null ? '' : '<script src="/web/faro.js"></script>\n';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campus Connect</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/web/style.css">
<script type="importmap">{"imports":{"seamwatch/instrument/browser":"/web/library/${browserEntry()}"}}</script>
<script type="application/json" id="settings">${settings}</script>
${measuring}<script type="module" src="/web/home.js"></script>
</head>
<body>
<main>
<h1>Campus Connect</h1>
<form role="search" id="search">
<input type="search" name="q" aria-label="Search people, posts and events" placeholder="Search people, posts and events" required maxlength="200">
<button>Search</button>
</form>
<p role="status" id="status">Loading the feed …</p>
<ol id="list" aria-label="Feed"></ol>
<footer>
<p><button type="button" id="break">Break something</button></p>
<p>This throws an error in your browser, on purpose: Seamwatch shows it beside the request that led to it.
<a href="/about">What this application is</a></p>
</footer>
</main>
</body>
</html>
`;
}

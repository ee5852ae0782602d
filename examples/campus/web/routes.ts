/** The pages and the files that they load. */
import type { App } from '../platform/index.ts';
import { aboutPage } from './about-page.ts';
import { faroBundle, libraryFile } from './browser-files.ts';
import { homePage } from './home-page.ts';
import { homeScript } from './home-script.ts';
import { styleSheet } from './style-sheet.ts';

/** `endpoint` = where pages send what they measure, null = nowhere. */
export interface WebOptions {
  readonly endpoint: string | null;
  readonly hasFaults: boolean;
}

/** GET /, /about and what they load below /web. Pages are nobody's requests: mount them before what is measured. */
export function mountWeb(app: App, { endpoint, hasFaults }: WebOptions): void {
  const reportTo = endpoint === null || faroBundle() === null ? null : `${endpoint.replace(/\/+$/, '')}/faro/collect`;
  app.get('/', (_request, response) => {
    response.type('html').send(homePage(reportTo));
  });
  app.get('/about', (_request, response) => {
    response.type('html').send(aboutPage(hasFaults));
  });
  app.get('/web/home.js', (_request, response) => {
    response.type('text/javascript').send(homeScript);
  });
  app.get('/web/style.css', (_request, response) => {
    response.type('text/css').send(styleSheet);
  });
  app.get('/web/faro.js', (_request, response, next) => {
    const bundle = faroBundle();
    if (bundle === null) next();
    else response.type('text/javascript').send(bundle);
  });
  app.get('/web/library/*path', (request, response, next) => {
    const text = libraryFile(request.path.slice('/web/library/'.length));
    if (text === null) next();
    else response.type('text/javascript').send(text);
  });
}

/** The door of the web pages: what a person with a browser sees. */
export { mountWeb } from './routes.ts';

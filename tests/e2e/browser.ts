/** Debian's Chromium, driven as a person would use it. */
import { type Browser, chromium, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `executable` is the browser's path. */
export function openBrowser(executable: string): Promise<Browser> {
  return chromium.launch({ executablePath: executable, args: flags });
}

export interface Visit {
  readonly page: Page;
  /** What the page complained about in its console. */
  readonly complaints: string[];
}

export async function visit(
  browser: Browser,
  url: string,
  look: { readonly width: number; readonly scheme: 'light' | 'dark' },
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: look.width, height: 900 }, colorScheme: look.scheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** Takes the picture of the README from a running demo: `node --conditions=source scripts/screenshot.ts http://127.0.0.1:4600`. */
import { join } from 'node:path';
import { openBrowser, visit } from '../tests/e2e/browser.ts';
import { requireTool } from '../tests/tools.ts';

const chromium = requireTool('chromium');
const address = process.argv[2] ?? 'http://127.0.0.1:4600';
if (chromium === null) {
  process.stderr.write('screenshot: needs chromium; npm run tools gets it\n');
  process.exitCode = 2;
} else {
  const browser = await openBrowser(chromium);
  const { page } = await visit(browser, address, { width: 1440, scheme: 'light' });
  await page.getByText(/so P1 has fired/).waitFor();
  await page.locator('tr', { hasText: 'Notification in-app delivery' }).waitFor();
  await page.screenshot({ path: join(import.meta.dirname, '..', 'docs', 'img', 'overview.png') });
  await browser.close();
}

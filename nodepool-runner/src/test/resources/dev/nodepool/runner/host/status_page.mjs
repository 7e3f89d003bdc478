// Looks at a launcher's status page in Chromium as people do. Arguments: address, directory of npm packages, directory for
// pictures, a request that waits, words of its reason. Prints WAITS once the reason is shown, then waits until the row is gone.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [address, npm, pictures, request, reason] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(`${npm}/playwright-core/index.mjs`));
const axe = readFileSync(`${npm}/axe-core/axe.min.js`, 'utf8');
const LIMIT = 60000;

function check(truth, what) {
  if (!truth) throw new Error(what);
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

async function open(options) {
  const context = await browser.newContext({ bypassCSP: options.axe, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (one) => one.url().startsWith(address) || one.url() === 'data:,' || complaints.push(`asks for ${one.url()}`));
  await page.goto(address);
  return { page, complaints };
}

const row = (page) => page.locator('#requests tbody tr', { hasText: request });

try {
  // Without a script everything is there to be read.
  const plain = await open({ javaScriptEnabled: false });
  check((await row(plain.page).textContent()).includes(reason), 'the reason is not on the page without a script');
  check((await plain.page.locator('.tools').count()) === 0, 'tools without a script');

  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
    phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true },
  })) {
    const { page } = await open({ ...options, axe: true });
    await row(page).waitFor();
    await page.screenshot({ path: `${pictures}/status-${name}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(wide <= 0, `${name}: the page is ${wide} pixels too wide`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const bad = violations.filter((one) => ['serious', 'critical'].includes(one.impact));
    check(bad.length === 0, `${name}: ${bad.map((one) => `${one.id} at ${one.nodes[0].html}`).join('; ')}`);
  }

  const { page, complaints } = await open({ viewport: { width: 1280, height: 900 } });
  await row(page).waitFor();
  await page.evaluate(() => (window.sameDocument = true));

  // By keyboard alone: sort, and sort the other way round.
  const header = page.locator('#list thead th').nth(2);
  await header.locator('button').focus();
  await page.keyboard.press('Enter');
  check((await header.getAttribute('aria-sort')) === 'ascending', 'not sorted');
  await page.keyboard.press('Enter');
  check((await header.getAttribute('aria-sort')) === 'descending', 'not sorted the other way round');

  const filter = page.getByLabel('Filter “Requests”');
  await filter.fill('nothing has these words');
  check((await page.locator('#requests tbody tr:visible').count()) === 0, 'not filtered');
  await filter.fill(request);
  check((await page.locator('#requests tbody tr:visible').count()) === 1, 'filtered too much');

  check((await row(page).textContent()).includes(reason), 'the reason is not shown');
  console.log('WAITS');
  await row(page).waitFor({ state: 'detached' });
  check(await page.evaluate(() => window.sameDocument), 'the page was loaded again');
  check((await header.getAttribute('aria-sort')) === 'descending', 'the order was lost');
  check((await filter.inputValue()) === request, 'the filter was lost');
  check(complaints.length === 0, complaints.join('; '));
  console.log('GOES ON');
} catch (problem) {
  console.log(problem);
  process.exitCode = 1;
} finally {
  await browser.close();
}

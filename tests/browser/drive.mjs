// Opens the HTML report in a real browser, with scripts and without, uses its controls, and takes screenshots to be
// looked at. Run by hand: it needs Chromium and playwright-core. See CONTRIBUTING.md.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const program = resolve(process.env.POLICYLINT ?? join(root, "target/debug/policylint"));
const pictures = resolve(process.env.PICTURES ?? join(root, "target/browser"));
const scratch = mkdtempSync(join(tmpdir(), "policylint-browser-"));
mkdirSync(pictures, { recursive: true });
let failed = 0;

function check(what, is, wanted) {
  const fits = typeof wanted === "function" ? wanted(is) : is === wanted;
  if (!fits) failed += 1;
  console.log(`${fits ? "ok  " : "FAIL"} ${what}${fits ? "" : `: ${JSON.stringify(is)}, not ${wanted}`}`);
}

function report(repository, name) {
  const file = join(scratch, name);
  const run = spawnSync(program, ["check", repository, "--severity", "info", "--output-format", "html", "--output-file", file], { encoding: "utf8" });
  if (run.error || ![0, 1].includes(run.status)) throw new Error(`${program}: ${run.error ?? run.stderr}`);
  return file;
}

/** A repository with ten thousand findings. */
function large() {
  const folder = join(scratch, "large");
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("policylint.toml", "root = true\n");
  write("uv.lock", "version = 1\n");
  for (let page = 0; page < 100; page += 1) {
    const commands = Array.from({ length: 100 }, (_, number) => `\`\`\`bash\n${number % 3 ? "pip install" : "python -m"} thing${number}\n\`\`\`\n`);
    write(page % 4 ? `docs/part${page % 7}/section${page % 3}/page${page}.md` : `packages/p${page % 23}/page${page}.md`, commands.join("\n"));
  }
  return folder;
}

/** Text that would break the page, were it not escaped. */
function hostile() {
  const folder = join(scratch, "hostile");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "policylint.toml"), "root = true\n");
  writeFileSync(join(folder, "uv.lock"), "version = 1\n");
  const lines = [
    "pip install '</pre></script><script>window.broken=1</script>'",
    "pip install \"<img src=x onerror=window.broken=1>\"",
    "pip install '<!-- ]]> {{rows}} &amp; &#39;'",
    "pip install a\u202Egpj.b # bidirectional, and a bell \u0007",
    `pip install ${"long".repeat(200)}`,
  ];
  writeFileSync(join(folder, "install.sh"), `${lines.join("\n")}\n`);
  return folder;
}

async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => /^(file|data):/.test(request.url()) || complaints.push(`asked for ${request.url()}`));
  const started = performance.now();
  await page.goto(pathToFileURL(file).href);
  const elapsed = performance.now() - started;
  const visible = () => page.locator("#table tbody tr:visible").count();
  const picture = async (name, full = true) => {
    const { width, height } = page.viewportSize();
    // Rows out of sight are not drawn.
    if (full) await page.setViewportSize({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: full });
    await page.setViewportSize({ width, height });
  };
  return { context, page, complaints, elapsed, visible, picture };
}

async function demo(browser, file) {
  const { context, page, complaints, visible, picture } = await open(browser, file);
  const n_rows = await visible();
  check("the demo shows its findings", n_rows, (n) => n >= 7);
  await picture("light");
  await page.fill("#search", "pip");
  await page.waitForFunction(() => document.getElementById("shown").textContent.includes(" of "));
  check("a search leaves what holds the word", await visible(), (n) => n > 0 && n < n_rows);
  check("the address tells the search", new URL(page.url()).hash, "#q=pip");
  await page.reload();
  check("a reload keeps the search", await page.inputValue("#search"), "pip");
  await page.click("#reset");
  check("clear shows all", await visible(), n_rows);
  await page.uncheck("input[value=error]");
  check("severities are hidden", await page.locator("tr[data-s=error]:visible").count(), 0);
  await page.check("input[value=error]");
  await page.selectOption("#policy", { label: "uv-only" });
  check("a policy is shown alone", await page.locator("#table tbody tr:visible td:nth-child(2)").allTextContents(), (ids) => ids.length > 0 && ids.every((id) => id === "uv-only"));
  await page.click("#reset");
  const bar = page.locator("[data-pick=folder] button").first();
  await bar.click();
  check("a bar of the chart filters", await bar.getAttribute("aria-pressed"), "true");
  check("only its folder is shown", await visible(), (n) => n > 0 && n < n_rows);
  await bar.click();
  check("a second click shows all", await visible(), n_rows);
  for (const [name, column] of [["policy", 2], ["severity", 1], ["message", 4], ["place", 3]]) {
    const head = page.locator(`th[data-sort=${name}]`);
    await head.locator("button").click();
    check(`${name} is sorted upwards`, await head.getAttribute("aria-sort"), "ascending");
    if (name === "policy") {
      const ids = await page.locator(`#table tbody tr td:nth-child(${column})`).allTextContents();
      check("the rows are in that order", ids.join(), [...ids].sort().join());
    }
    await head.locator("button").click();
    check(`${name} is sorted downwards`, await head.getAttribute("aria-sort"), "descending");
  }
  await page.locator("th[data-sort=place] button").click();
  await page.fill("#search", "no such word anywhere");
  await page.waitForSelector("#nothing:visible");
  await picture("nothing", false);
  await page.click("#again");
  await page.click("#expand");
  check("all details open", await page.locator("#table details[open]").count(), n_rows);
  await page.mouse.click(5, 5);
  await page.keyboard.press("/");
  check("the slash goes to the search", await page.evaluate(() => document.activeElement.id), "search");
  await picture("open");
  check("the console is silent", complaints.join("; "), "");
  await context.close();

  const dark = await open(browser, file, { colorScheme: "dark" });
  await dark.page.click("#expand");
  await dark.picture("dark");
  await dark.context.close();

  const narrow = await open(browser, file, { viewport: { width: 390, height: 800 } });
  await narrow.page.locator("#table summary").first().click();
  check("a narrow page does not scroll sideways", await narrow.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await narrow.picture("narrow");
  await narrow.context.close();
}

async function without_scripts(browser, file) {
  const { context, page, complaints, visible, picture } = await open(browser, file, { javaScriptEnabled: false });
  check("without scripts: rows", await visible(), (n) => n >= 7);
  check("without scripts: charts", await page.locator(".chart rect:visible").count(), (n) => n > 3);
  check("without scripts: no controls", await page.locator("#controls").isVisible(), false);
  await page.locator("#table summary").first().click();
  check("without scripts: source", await page.locator("#table .source:visible mark").count(), (n) => n > 0);
  check("without scripts: silent", complaints.filter((text) => !/script/i.test(text)).join("; "), "");
  await picture("without-scripts");
  await context.close();
}

async function many(browser, file) {
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  const { context, page, complaints, elapsed, visible, picture } = await open(browser, file);
  check("ten thousand rows", await visible(), 10_000);
  const timed = async (what, act, most) => {
    const took = await page.evaluate(async (source) => {
      const started = performance.now();
      await new Function(source)();
      document.body.getBoundingClientRect();
      return performance.now() - started;
    }, act).catch(() => null);
    check(`${what} (${took?.toFixed(0)} ms)`, took, (ms) => ms !== null && ms < most);
  };
  console.log(`     ${megabytes} MB, loaded in ${elapsed.toFixed(0)} ms`);
  await timed("a filter is quick", "const box = document.querySelector('input[value=warning]'); box.click(); box.click();", 4_000);
  await timed("a sort is quick", "document.querySelector('th[data-sort=message] button').click();", 4_000);
  await page.fill("#search", "thing42");
  await page.waitForFunction(() => document.getElementById("shown").textContent.includes(" of "));
  check("a search among them", await visible(), 100);
  await picture("many", false);
  check("the console is silent about many", complaints.join("; "), "");
  await context.close();
}

async function attacked(browser, file) {
  const { context, page, complaints, picture } = await open(browser, file);
  check("nothing of a repository runs", await page.evaluate(() => window.broken), undefined);
  check("nothing of a repository becomes an element", await page.locator("img").count(), 0);
  await page.click("#expand");
  await picture("hostile");
  check("the console is silent about hostile text", complaints.join("; "), "");
  await context.close();
}

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
try {
  console.log(execFileSync(program, ["--version"], { encoding: "utf8" }).trim());
  const small = report(join(root, "demo"), "demo.html");
  await demo(browser, small);
  await without_scripts(browser, small);
  await many(browser, report(large(), "large.html"));
  await attacked(browser, report(hostile(), "hostile.html"));
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(failed ? `${failed} failed` : `all passed; look at ${pictures}`);
process.exitCode = failed ? 1 : 0;

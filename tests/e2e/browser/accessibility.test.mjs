/**
 * Every view in every theme and both languages: axe-core finds nothing to complain of.
 */

import { complainsOfNothing } from "../lib/look.mjs";
import { OwnServer } from "../lib/own-server.mjs";
import { ORDER, turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/claim.mjs").Stage} Stage */
/** @typedef {import("../lib/program.mjs").Program} Program */
/** @typedef {import("playwright-core").Page} Page */

/** @typedef {import("../lib/look.mjs").View} View */

/**
 * Some history: two users, all ways to be answered, an error, a replay, a pin, a note.
 * @param {Program} program
 */
async function history(program) {
  await program.post(turn("start", { user: "77120045" }));
  await program.post('{"action": "сломано", "userId": "77120045", }');
  await program.post("plain words", {
    to: `${program.webhook}health/check`,
    headers: { "content-type": "text/plain" },
  });
  await program.answering({
    default_answer: {
      status: 200,
      headers: [["Content-Type", "application/json"]],
      body: '{"orderStatus": "paid", "discount": "15", "receipt": {"id": 9007199254740993, "sum": 1098.00}}',
    },
  });
  await program.post(ORDER);
  const [newest] = await program.exchanges();
  await program.api("PATCH", `/exchanges/${newest.id}`, { pinned: true, note: "спросить про скидку" });
  await program.api("POST", `/exchanges/${newest.id}/replay`, { target: "self" });
  await program.answering({ default_answer: { status: 500, headers: [], body: "<html>oops</html>" } });
  await program.post(turn("Доставка"));
  await program.answering({ default_answer: { status: 200, headers: [], body: "{}" } });
}

/**
 * A held turn with an answer half written, wrong at one place.
 * @param {Stage} stage
 * @param {string} text
 */
async function holdOne({ program, see }, text) {
  await program.hold(3600);
  const bot = program.post(ORDER);
  bot.catch(() => undefined);
  await see.row("Оплата картой").filter({ hasText: /waits/ }).first().click();
  await see.write(text);
}

const PAID = '{"orderStatus": "paid", "discount": "15", "payment": "card", "debug": {"a": 1, "b": 2}}';

/**
 * The developer's own server answers, and a person may correct it.
 * @param {Stage} stage
 */
async function correctOne({ program, see }) {
  const own = await OwnServer.start();
  own.answers(PAID);
  await program.answering({ mode: "upstream_hold", upstream: own.url, hold: { seconds: 3600, fallback: "default" } });
  const bot = program.post(ORDER);
  bot.catch(() => undefined);
  await see.row("Оплата картой").filter({ hasText: /waits/ }).first().click();
  await see.answer.getByText(/· 0 changes/).waitFor();
}

/**
 * Its answer comes after the fallback has gone out.
 * @param {Stage} stage
 */
async function beLate({ program, see }) {
  const own = await OwnServer.start();
  own.answers(PAID);
  own.halt();
  await program.answering({ mode: "upstream", upstream: own.url, hold: { seconds: 1, fallback: "default" } });
  await program.post(turn("Опоздание", { user: "77", more: '"orderStatus": "new", "payment": "none"' }));
  await program.answering({ mode: "rules" });
  await program.post(turn("Потом", { user: "77", more: '"orderStatus": "new", "payment": "cash"' }));
  // It comes in above: until it is there, what is clicked moves.
  await see.row("Потом").waitFor();
  await see.choose("Опоздание");
  own.goOn();
  await see.openTab("Answer");
  await see.answer.getByRole("checkbox").first().waitFor();
}

/**
 * The tunnel's view in a state that the program does not have by itself; everything else is the
 * program's.
 * @param {object} change
 * @param {RegExp} [provider]
 * @returns {View}
 */
const tunnelIn = (change, provider) => ({
  show: async ({ program, page, see }) => {
    await page.route("**/api/v1/tunnel", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), ...change } });
    });
    await page.goto("about:blank");
    await page.goto(program.ui);
    await see.ready();
    await page.keyboard.press("u");
    await page.getByRole("heading", { level: 1, name: "Tunnel" }).waitFor();
    if (provider) await page.getByRole("radio", { name: provider }).click();
    for (const folded of await page.locator("main details:not([open]) > summary").all()) await folded.click();
  },
});
const PUBLIC = "https://quiet-otter-41.ngrok-free.dev";
const failure = {
  class: "other",
  code: null,
  message: "It did not work.",
  detail: null,
  help_url: null,
  can_retry: true,
  host_key: null,
};
const sshPlan = { provider: "ssh", ssh: { host: "vps.example.org", port: 22, user: "tunnel", host_key: "SHA256:old" } };
const tunnels = {
  "tunnel-ngrok": tunnelIn({ has_authtoken: true }, /^ngrok/),
  "tunnel-ssh": tunnelIn({ ssh_public_key: `ssh-ed25519 ${"A".repeat(68)} hookloupe` }, /^SSH tunnel/),
  "tunnel-command": tunnelIn({}, /^Your program/),
  "tunnel-url": tunnelIn({}, /^Own address/),
  "tunnel-connecting": tunnelIn({ state: "connecting", provider: "ssh", step: "auth" }),
  "tunnel-online": tunnelIn({
    state: "online",
    provider: "ngrok",
    url: PUBLIC,
    webhook_url: `${PUBLIC}/s2vrufaadx275yhlvqs4hmvr6i`,
    previous_url: "https://other-otter-7.ngrok-free.dev",
    latency_ms: 45,
    strangers: 3,
    strangers_minute: 1,
    usage: { month: "2026-11", requests: 1204, bytes_in: 12_345_678, bytes_out: 26_100_000 },
    check: {
      at: "2026-11-22T05:00:00.000Z",
      url: PUBLIC,
      outcome: "arrived",
      arrived_ms: 182,
      status: null,
      code: null,
      message: "It arrived.",
    },
  }),
  "tunnel-reconnecting": tunnelIn({
    state: "reconnecting",
    provider: "ngrok",
    url: PUBLIC,
    webhook_url: `${PUBLIC}/s2vrufaadx275yhlvqs4hmvr6i`,
    attempt: 3,
    next_try_at: "2099-01-01T00:00:00.000Z",
    error: { ...failure, class: "network" },
  }),
  "tunnel-region": tunnelIn({
    state: "failed",
    provider: "ngrok",
    error: {
      ...failure,
      class: "region",
      code: "ERR_NGROK_9040",
      help_url: "https://ngrok.com/docs/errors/err_ngrok_9040",
    },
  }),
  "tunnel-host-key": tunnelIn({
    state: "failed",
    provider: "ssh",
    plan: sshPlan,
    error: { ...failure, class: "tls", host_key: "SHA256:jq4mxMfMrqs3YyWTlDVGVKpq1sZ3AYvL9Yl1WHJ3nDk" },
  }),
};

/**
 * The settings of the only bot's platform.
 * @param {string} platform
 * @param {object} own
 * @param {(stage: Stage) => Promise<unknown>} show
 * @returns {View}
 */
const platformOf = (platform, own, show) => ({
  given: async (program) => {
    const [{ id }] = (await program.api("GET", "/bots")).bots;
    await program.api("PATCH", `/bots/${id}`, { platform, platform_settings: { [platform]: own } });
  },
  show: async (stage) => {
    await stage.page.keyboard.press("Control+,");
    await stage.page.getByRole("button", { name: /^Platform settings: / }).click();
    await show(stage);
  },
});
const paths = [
  { path: "order.id", alias: "Номер заказа" },
  { path: "order.paid", alias: null },
];
const login = { user: "crm", password: "p" };
const platforms = {
  "platform-page": {
    show: async (/** @type {Stage} */ { page, see }) => {
      await see.command("What the platform does with my answer");
      await page.getByRole("button", { name: "SaluteBot Graph" }).click();
      await page.getByLabel("Text of a block").fill("${receipt.total}");
      await page
        .getByText(/nothing is put in/)
        .first()
        .waitFor();
    },
  },
  "platform-preview": {
    show: async (/** @type {Stage} */ { page, see }) => {
      await see.command("What the platform does with my answer");
      await page.getByRole("button", { name: "Webim", exact: true }).click();
      await page.getByRole("list", { name: "What is lost" }).waitFor();
    },
  },
  "form-readers": {
    given: async (/** @type {Program} */ program) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      await program.post("user[name]=1&user.name=2&a=7", { headers });
    },
    show: async (/** @type {Stage} */ { page, see }) => {
      await see.choose("POST /");
      await see.openTab("Request");
      await page.getByRole("button", { name: "How it is read: the form" }).click();
      await page.getByRole("region", { name: "PHP" }).waitFor();
    },
  },
  "platform-webim": platformOf("webim", {}, async ({ page }) => {
    await page.getByLabel("Authorization token").fill("secret-1");
    await page.getByLabel("Domain", { exact: true }).fill("https://salutebot.webim.ru/login");
    await page.getByLabel("Domain", { exact: true }).press("Tab");
    await page.getByRole("button", { name: "Fix" }).waitFor();
  }),
  "platform-nocobase": platformOf(
    "nocobase",
    { key: "1hfmkioou0d", auth: login, headers: [{ path: "X-Request-Id", alias: null }], body: paths },
    async ({ page, see }) => {
      await page.getByRole("button", { name: "Parse an example…" }).click();
      const example = page.getByLabel("Example", { exact: true });
      await see.type(example, '{"order": {"id": 10542, "total": 1290.00}, "items": [{"sku": "PZ-30"}]}');
      await page.getByText("1 goes").waitFor();
    },
  ),
  "platform-chatapp": platformOf("chatapp", { token: "3019b0ea", fields: ["chat_id", "id"] }, async ({ page }) => {
    await page.getByRole("button", { name: "Remove chat_id" }).waitFor();
  }),
};

/** @type {Record<string, View>} */
const VIEWS = {
  empty: { given: async () => undefined, show: ({ see }) => see.button("Send a sample turn").waitFor() },
  variables: { show: ({ see }) => see.choose("Оплата картой") },
  request: {
    show: async ({ see }) => {
      await see.row("POST /").filter({ hasNotText: "health" }).click();
      await see.openTab("Request");
      await see.page.getByRole("list", { name: "Findings" }).waitFor();
    },
  },
  "answer-held": {
    show: async (stage) => {
      await holdOne(
        stage,
        '{\n  "orderStatus": "paid",\n  "discount": "15",\n  "receipt": {"id": 9007199254740993},\n}',
      );
      await stage.see.findings.getByRole("button", { name: /^line/ }).waitFor();
    },
  },
  "server-held": { show: correctOne },
  "server-difference": {
    show: async (stage) => {
      await correctOne(stage);
      await stage.see.write(PAID.replace('"15"', "15"));
      await stage.see.answer.getByRole("radio", { name: "Difference" }).click();
    },
  },
  "server-failed": {
    show: async ({ program, see }) => {
      // Port 9 throws away what it gets, where anybody listens there at all.
      await program.answering({ mode: "upstream", upstream: "http://127.0.0.1:9" });
      await program.post(turn("Доставка"));
      await see.row("Доставка").filter({ hasText: "fallback" }).first().click();
      await see.openTab("Answer");
      await see.answer.getByRole("group", { name: "What happened to my server" }).waitFor();
    },
  },
  "server-late": { show: beLate },
  servers: {
    show: async ({ program, see, page }) => {
      const url = "https://stage.example:8443/hook";
      const stage = { name: "stage", url, ca_file: null, insecure: true, connect_seconds: 9 };
      await program.answering({ upstream: url, upstreams: [stage] });
      const certificate = page.getByRole("checkbox", { name: "Accept any certificate" });
      // The panel shows what the page knew when it was opened, and the feed may be on its way.
      await eventually("the panel with the server", async () => {
        await page.keyboard.press("Escape");
        await see.button("Default answer and hold").click();
        await page.getByRole("button", { name: "Add a server" }).waitFor();
        return certificate.isVisible();
      });
    },
  },
  "answer-sent": {
    show: async ({ see }) => {
      await see.choose("Доставка");
      await see.openTab("Answer");
      await see.answer.getByText("500", { exact: true }).waitFor();
    },
  },
  timing: {
    show: async ({ see }) => {
      await see.choose("Оплата картой");
      await see.openTab("Timing");
    },
  },
  plain: { show: ({ see }) => see.choose(/health/) },
  filter: {
    show: async ({ see, page }) => {
      await see.filter.fill("event:Доставка colour:red");
      await page.getByRole("alert").filter({ hasText: "colour" }).waitFor();
    },
  },
  suggestions: {
    show: async ({ see, page }) => {
      await see.filter.focus();
      await page.getByRole("option").first().waitFor();
    },
  },
  menu: {
    // A menu floats over the page and goes with the next key: it belongs to no landmark.
    ignoredRules: ["region"],
    show: async ({ see, page }) => {
      await see.choose("Оплата картой");
      await see.detail.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  answering: {
    show: async ({ see, page }) => {
      await see.button("Default answer and hold").click();
      await page.getByRole("textbox", { name: "Body of the default answer" }).waitFor();
    },
  },
  palette: {
    show: async ({ page }) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog", { name: "Commands" }).getByRole("option").first().waitFor();
    },
  },
  keys: {
    show: async ({ page }) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
    },
  },
  replay: {
    show: async ({ see, page }) => {
      await see.choose("Оплата картой");
      await page.keyboard.press("e");
      await page.getByRole("dialog", { name: "Replay the turn" }).getByRole("textbox", { name: "Body" }).waitFor();
    },
  },
  ...platforms,
  ...tunnels,
  ...Object.fromEntries(
    ["General", "Server", "Answers", "History", "Bots"].map((section) => [
      `settings-${section.toLowerCase()}`,
      {
        show: async ({ page }) => {
          await page.keyboard.press("Control+,");
          await page.getByRole("navigation").getByRole("button", { name: section, exact: true }).click();
          await page.getByRole("heading", { level: 1, name: section }).waitFor();
        },
      },
    ]),
  ),
};

complainsOfNothing(VIEWS, history);

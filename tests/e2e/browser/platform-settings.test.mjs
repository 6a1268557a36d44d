/** What is set for a bot's platform: made from its schema, saved field by field. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/claim.mjs").Stage} Stage */
/** @typedef {import("../lib/program.mjs").Program} Program */

/** @param {Program} program */
const bot = async (program) => (await program.api("GET", "/bots")).bots[0];

/**
 * What is saved of a platform, once it is as it should be.
 * @param {Program} program
 * @param {string} platform
 * @param {(own: any) => unknown} fits
 */
const saved = (program, platform, fits) =>
  eventually(`what is saved of ${platform}`, async () => (await bot(program)).platform_settings[platform] ?? {}, fits);

/**
 * Gives the only bot a platform.
 * @param {string} platform
 * @param {object} [own]
 */
const given =
  (platform, own = {}) =>
  async (/** @type {Program} */ program) => {
    const { id } = await bot(program);
    await program.api("PATCH", `/bots/${id}`, { platform, platform_settings: { [platform]: own } });
  };

/** @param {Stage} stage */
async function openSettings({ page }) {
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: /^Platform settings: / }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

claim(
  "a domain with more than a domain is refused at its field, and one press writes what is meant",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    await page.getByLabel("Authorization token").fill("secret-1");
    const domain = page.getByLabel("Domain", { exact: true });
    await domain.fill("https://salutebot.webim.ru/login");
    await domain.press("Tab");
    await page.getByRole("alert").filter({ hasText: "salutebot.webim.ru" }).waitFor();
    assert.equal(await domain.getAttribute("aria-invalid"), "true");
    await page.getByText("Not saved yet: Authorization token, Domain").waitFor();
    await page.getByRole("button", { name: "Fix" }).click();
    assert.equal(await domain.inputValue(), "salutebot.webim.ru");
    // What is still missing is said where it belongs, and no field that nobody was in is wrong.
    await page.getByText(/its letter id is needed/).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    const department = page.getByLabel("Department’s id");
    await department.fill("sales");
    await department.press("Enter");
    await page.getByText("Changes are saved at once").waitFor();
    const own = await saved(program, "webim", ({ department }) => department === "sales");
    assert.deepEqual([own.domain, own.token, own.token_set], ["salutebot.webim.ru", null, true]);
  },
  { given: given("webim") },
);

claim(
  "a field of another condition is not there, and comes back with what was typed into it",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    const department = page.getByLabel("Department’s id");
    const operator = page.getByLabel("Operator’s id");
    assert.equal(await operator.count(), 0);
    await page.getByRole("radio", { name: "an operator" }).click();
    await operator.waitFor();
    assert.equal(await department.count(), 0);
    await operator.fill("15");
    await operator.press("Tab");
    await saved(program, "webim", ({ to, operator }) => to === "operator" && operator === "15");
    await page.getByRole("radio", { name: "a department" }).click();
    await department.waitFor();
    assert.equal(await department.inputValue(), "sales");
    await page.getByRole("radio", { name: "an operator" }).click();
    assert.equal(await operator.inputValue(), "15");
  },
  { given: given("webim", { token: "t", domain: "a.webim.ru", to: "department", department: "sales" }) },
);

claim(
  "a secret that is set is said to be set; what is typed shows only while the button is pressed",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    const token = page.getByLabel("Token of the link", { exact: true });
    await page.getByText("set", { exact: true }).waitFor();
    assert.equal(await token.inputValue(), "");
    const show = page.getByRole("button", { name: "Show" });
    assert.equal(await show.count(), 0, "what is stored is never shown");
    await token.fill("another-1");
    await show.hover();
    await page.mouse.down();
    await page.locator("input[type=text]").and(token).waitFor();
    await page.mouse.up();
    await page.locator("input[type=password]").and(token).waitFor();
    const link = (await saved(program, "chatapp", (own) => own.link?.includes("token=another-1"))).link;
    await page.getByText(link, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Copy: Link for the sender" }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    // Another field leaves the token as it is.
    const template = page.getByLabel("Number of the scenario");
    await template.fill("19798");
    await template.press("Enter");
    await saved(program, "chatapp", (own) => own.template_id === 19798 && own.token_set === true);
  },
  { given: given("chatapp", { token: "first-1" }) },
);

claim(
  "a name that ChatApp has itself is refused at its row, and a row is taken away",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    const list = page.getByRole("group", { name: "Fields" });
    await list.getByRole("button", { name: "Remove chat_id" }).click();
    await saved(program, "chatapp", ({ fields }) => fields.join() === "id");
    await list.getByRole("button", { name: "Add: Fields" }).click();
    // The row that was taken away stands above it for a while.
    const row = list.getByLabel(/^Name of the field, row/).last();
    await stage.see.type(row, "phone");
    await row.press("Enter");
    await list.getByRole("alert").filter({ hasText: "“phone” is a system variable" }).waitFor();
    assert.equal(await row.getAttribute("aria-invalid"), "true");
    await row.fill("phone2");
    await row.press("Enter");
    await saved(program, "chatapp", ({ fields }) => fields.join() === "id,phone2");
    assert.equal(await list.getByRole("alert").count(), 0);
  },
  { given: given("chatapp", { token: "t", fields: ["chat_id", "id"] }) },
);

claim(
  "the next request fills the paths, once what would go was shown",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    const next = page.getByRole("button", { name: "Next request as the example" });
    await next.click();
    const waits = page.getByText(/It is answered as ever/);
    await waits.waitFor();
    await page.keyboard.press("Escape");
    await waits.waitFor({ state: "hidden" });
    await page.getByRole("heading", { level: 2, name: "What becomes variables" }).waitFor();
    await next.click();
    await waits.waitFor();
    const { address } = (await bot(program)).platform_settings.nocobase;
    await page.getByText(address, { exact: true }).waitFor();
    const got = await program.post('{"order":{"id":10542,"total":1290.00}}', {
      to: `${address}?from=site`,
      headers: { "x-request-id": "7b1c" },
    });
    assert.equal(got.status, 200);
    await page.getByText(/^Of the request at /).waitFor();
    await page.getByText("1 goes").waitFor();
    assert.equal((await bot(program)).platform_settings.nocobase.body.length, 2, "nothing has gone yet");
    await page.getByRole("button", { name: "Replace the rows" }).click();
    const own = await saved(program, "nocobase", ({ body, query }) => body.length === 3 && query?.length === 1);
    assert.deepEqual(own.body, [
      { path: "order", alias: null },
      { path: "order.id", alias: "Номер" },
      { path: "order.total", alias: null },
    ]);
    assert.deepEqual(
      [own.query, own.headers],
      [[{ path: "from", alias: null }], [{ path: "X-Request-Id", alias: null }]],
    );
    await page.getByText("1290.00", { exact: true }).waitFor();
    await page.getByText('"7b1c"', { exact: true }).waitFor();
  },
  {
    given: given("nocobase", {
      key: "k1",
      headers: [{ path: "X-Request-Id", alias: null }],
      body: [
        { path: "order.id", alias: "Номер" },
        { path: "old", alias: null },
      ],
    }),
  },
);

claim(
  "a pasted example says its paths, or the place where it is broken",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    await page.getByRole("button", { name: "Parse an example…" }).click();
    const text = page.getByLabel("Example", { exact: true });
    await stage.see.type(text, '{"a": 1,}');
    await page.getByRole("alert").filter({ hasText: "1:9" }).waitFor();
    await text.fill("https://shop.example/?from=site&tags[]=1");
    await page.getByRole("radio", { name: "query", checked: true }).waitFor();
    await page.getByText(/2 new rows/).waitFor();
    await page.getByRole("button", { name: "Take the rows" }).click();
    await saved(program, "nocobase", ({ query }) => query?.length === 2);
    assert.equal(await text.count(), 0);
  },
  { given: given("nocobase", { key: "k1" }) },
);

claim(
  "a login is saved once it is whole, and its password never comes back",
  async (stage) => {
    const { page, program } = stage;
    await openSettings(stage);
    await page.getByRole("switch", { name: "Basic login" }).click();
    const user = page.getByLabel("User", { exact: true });
    await user.fill("crm");
    await user.press("Tab");
    await page.getByText("Saved once all its fields are filled in.").waitFor();
    assert.equal((await bot(program)).platform_settings.nocobase.auth, undefined);
    await page.getByLabel("Password", { exact: true }).fill("p");
    await page.getByLabel("Password", { exact: true }).press("Enter");
    await saved(program, "nocobase", ({ auth }) => auth?.password_set === true && auth.password === null);
    await user.fill("shop");
    await user.press("Enter");
    await saved(program, "nocobase", ({ auth }) => auth?.user === "shop" && auth.password_set === true);
    const { address } = (await bot(program)).platform_settings.nocobase;
    const login = { authorization: `Basic ${Buffer.from("shop:p").toString("base64")}` };
    assert.equal((await program.post("{}", { to: address, headers: login })).status, 200);
    assert.equal((await program.post("{}", { to: address })).status, 401);
  },
  { given: given("nocobase", { key: "k1" }) },
);

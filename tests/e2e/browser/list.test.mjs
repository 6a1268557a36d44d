/** The live list: where the reader looks nothing moves, and nothing is missed. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { sendMany } from "../lib/load.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

const flat = { settings: { grouping: "flat" } };

/**
 * So many turns, one after the other.
 * @param {Program} program
 * @param {number} from
 * @param {number} to
 */
async function turns(program, from, to) {
  for (let at = from; at < to; at += 1) await program.post(turn(`event${String(at).padStart(4, "0")}`));
}

claim(
  "new rows never move the selection, and a pill counts them",
  async ({ program, page, see }) => {
    await see.choose("event0030");
    const row = see.row("event0030");
    await turns(program, 60, 63);
    await see.pill.waitFor();
    await eventually(
      "a pill of three",
      () => see.pill.innerText(),
      (text) => text.includes("3 new"),
    );
    assert.match(await see.selected.innerText(), /event0030/);
    const place = await row.boundingBox();
    await turns(program, 63, 68);
    await eventually(
      "a pill of eight",
      () => see.pill.innerText(),
      (text) => text.includes("8 new"),
    );
    assert.deepEqual(await row.boundingBox(), place, "what is looked at stays where it is");
    await see.heading("event0030");
    await see.pill.click();
    await see.row("event0067").waitFor();
    await see.pill.waitFor({ state: "detached" });
    assert.match(await see.detail.getByRole("heading", { level: 1 }).innerText(), /event0030/, "the choice stays");
    await turns(program, 68, 69);
    await see.row("event0068").waitFor();
    assert.equal(await see.pill.count(), 0, "the newest are followed again");
    await page.keyboard.press("Home");
  },
  { ...flat, given: (program) => turns(program, 0, 60) },
);

claim(
  "rows in sight are the same elements after a hundred others came in above, and can be clicked at once",
  async ({ program, page, see }) => {
    await see.choose("event0030");
    await see.row("event0028").evaluate((row) => (globalThis.watched = row));
    await turns(program, 60, 160);
    await eventually(
      "a pill of a hundred",
      () => see.pill.innerText(),
      (text) => text.includes("100 new"),
    );
    assert.ok(await see.row("event0028").evaluate((row) => row === globalThis.watched), "it was not made again");
    await turns(program, 160, 161);
    await see.choose("event0029");
    await page.keyboard.press("j");
    await see.heading("event0028");
    assert.ok(await page.evaluate(() => globalThis.watched.getAttribute("aria-selected") === "true"));
  },
  { ...flat, given: (program) => turns(program, 0, 60) },
);

claim(
  "a held turn takes neither the focus nor the selection",
  async ({ program, page, see }) => {
    await see.choose("event0001");
    await see.filter.focus();
    await page.keyboard.type("ev");
    await program.hold();
    const bot = program.post(turn("waits"));
    await see.counted("1 held");
    await page
      .getByRole("log")
      .getByText("Waiting for an answer: waits. Held in all: 1")
      .waitFor({ state: "attached" });
    assert.ok(await see.filter.evaluate((field) => field === document.activeElement));
    assert.equal(await see.filter.inputValue(), "ev");
    await see.heading("event0001");
    await see.statusBar.getByRole("button", { name: "1 held" }).click();
    await see.heading("waits");
    await see.answerButton("Release").click();
    await bot;
  },
  { ...flat, given: (program) => turns(program, 0, 3) },
);

claim("turns stand under their users, whose groups fold", async ({ program, page, see }) => {
  await program.post(turn("a1", { user: "77" }));
  await program.post(turn("b1", { user: "88" }));
  await program.post(turn("a2", { user: "77" }));
  const group = page.getByRole("treeitem", { name: /^77 2 turns/ });
  await group.waitFor();
  assert.equal(await group.getAttribute("aria-expanded"), "true");
  await see.row("b1").waitFor();
  await group.click();
  await see.row("a1").waitFor({ state: "detached" });
  assert.equal(await see.row("a2").count(), 0);
  await see.row("b1").waitFor();
  await page.getByRole("treeitem", { name: /^77 2 turns/ }).click();
  await see.row("a1").waitFor();
  await see.button("List view").click();
  await page.getByRole("menuitem", { name: /^Flat/ }).click();
  await group.waitFor({ state: "detached" });
  await see.rowsFit("the newest on top", (rows) => rows[0].includes("a2") && rows[2].includes("a1"));
});

claim(
  "after a burst of 2,000 requests the list is right to the last row",
  async ({ program, see }) => {
    const { answered } = await sendMany(program.webhook, {
      count: 2000,
      connections: 16,
      body: (at) => turn(`burst${at}`),
    });
    assert.equal(answered, 2000);
    await see.counted("2,000 exchanges");
    const [newest] = await program.exchanges();
    await see.rowsFit("the newest row on top", (rows) => rows[0]?.includes(newest.event));
    const kept = await allEvents(program);
    const seen = new Set(await scrollThrough(see.tree, kept.length));
    const missing = kept.filter((event) => !seen.has(event));
    assert.deepEqual(missing, [], "every exchange has its row");
  },
  flat,
);

/**
 * Scrolls from the top to the end, waiting for what is paged in, and gives every event that was
 * drawn.
 * @param {import("playwright-core").Locator} tree
 * @param {number} count
 */
async function scrollThrough(tree, count) {
  return tree.evaluate(async (/** @type {HTMLElement} */ box, wanted) => {
    const SCREEN_SHARE = 0.6;
    const LONGEST_MS = 60_000;
    const seen = new Set();
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const end = performance.now() + LONGEST_MS;
    while (seen.size < wanted && performance.now() < end) {
      for (const text of box.innerText.match(/burst\d+/g) ?? []) seen.add(text);
      box.scrollTop += box.clientHeight * SCREEN_SHARE;
      await frame();
    }
    return [...seen];
  }, count);
}

/**
 * The events of all exchanges stored, page by page.
 * @param {Program} program
 */
async function allEvents(program) {
  /** @type {string[]} */
  const events = [];
  for (let before = ""; ;) {
    const page = await program.api("GET", `/exchanges?limit=1000${before}`);
    events.push(...page.exchanges.map((/** @type {{ event: string }} */ one) => one.event));
    if (page.next_before === null) return events;
    before = `&before=${page.next_before}`;
  }
}

claim(
  "two bots have their own addresses, lists and ways of answering",
  async ({ program, page, see }) => {
    await program.post(turn("first bot's"));
    await see.command("Add a bot");
    await page.getByRole("heading", { name: "Bots" }).waitFor();
    const name = page.getByRole("textbox", { name: "Bot's name" }).last();
    await name.fill("Shop");
    await name.press("Enter");
    const { bots } = await eventually(
      "the name",
      () => program.api("GET", "/bots"),
      ({ bots }) => bots[1]?.name === "Shop",
    );
    const second = bots[1];
    await page.keyboard.press("Escape");
    await program.post(turn("second bot's"), { to: second.webhook_url });
    await see.row("second bot's").waitFor();
    await see.button(/^Bot: /).click();
    await page.getByRole("menuitem", { name: "Shop" }).click();
    await see.row("first bot's").waitFor({ state: "detached" });
    await see.row("second bot's").waitFor();
    await page.getByRole("radio", { name: "Me", exact: true }).click();
    await eventually(
      "a hold",
      () => program.api("GET", `/answering?bot=${second.id}`),
      ({ mode }) => mode === "hold",
    );
    assert.equal((await program.api("GET", "/answering")).mode, "rules", "the other bot answers as before");
    const bot = program.post(turn("asks"), { to: second.webhook_url });
    await see.choose("asks");
    await see.write('{"shop": true}');
    await page.keyboard.press("Control+Enter");
    assert.equal((await bot).text, '{"shop": true}');
    assert.equal((await program.post(turn("first again"))).text, "{}");
    assert.equal(await see.row("first again").count(), 0);
    await see.button(/^Bot: /).click();
    await page.getByRole("menuitem", { name: "All bots" }).click();
    await see.row("first again").waitFor();
  },
  flat,
);

claim(
  "with several bots it is said whose turns they are, and one choice answers for all of them",
  async ({ program, page, see }) => {
    const { bots } = await program.api("GET", "/bots");
    const second = bots[1];
    const modes = async () => {
      const of = (/** @type {{ id: string }} */ { id }) => program.api("GET", `/answering?bot=${id}`);
      return (await Promise.all(bots.map(of))).map(({ mode }) => mode).join(" ");
    };
    await program.post(turn("ours", { user: "77" }));
    await program.post(turn("theirs", { user: "77" }), { to: second.webhook_url });
    await eventually(
      "a group for each bot's user",
      () => page.getByRole("treeitem", { name: /77 1 turn$/ }).count(),
      (count) => count === 2,
    );
    await see.row("theirs").getByText("Shop").waitFor({ state: "attached" });
    await see.choose("theirs");
    await see.detail.getByText("Shop").last().waitFor();
    await page.getByRole("group", { name: "Webhook address of Shop" }).waitFor();
    await page
      .getByRole("radiogroup", { name: "Who answers all bots" })
      .getByRole("radio", { name: "Me", exact: true })
      .click();
    await eventually("a hold of both", modes, (all) => all === "hold hold");
    await see.toast("Set for 2 bots");
    await see.messages.getByRole("button", { name: "Undo" }).click();
    await eventually("both as before", modes, (all) => all === "rules rules");
    await see.button(/^Bot: /).click();
    await page.getByRole("menuitem", { name: "Shop · Rules" }).click();
    await page.getByRole("radio", { name: "Me", exact: true }).click();
    await eventually("a hold of one", modes, (all) => all === "rules hold");
    await see.button(/^Bot: /).click();
    await page.getByRole("menuitem", { name: bots[0].name }).click();
    await see.heading("ours");
    await see.button(/^Bot: /).click();
    await page.getByRole("menuitem", { name: "All bots" }).click();
    await page.getByRole("radio", { name: "Mixed", checked: true }).waitFor();
    await see.button("Default answer and hold").click();
    await page.getByRole("dialog", { name: "How to answer" }).getByText(`Bot: ${bots[0].name}`).waitFor();
  },
  { given: (program) => program.api("POST", "/bots", { name: "Shop", platform: "auto" }) },
);

claim("a group that was not read to its end says how many turns it has at least", async ({ program, page, see }) => {
  await sendMany(program.webhook, { count: 600, connections: 8, body: (at) => turn(`many${at}`, { user: "77" }) });
  await see.counted("600 exchanges");
  await page.reload();
  await see.ready();
  const words = (await page.getByRole("treeitem", { name: /^77 / }).innerText()).replaceAll(/\s+/g, " ");
  assert.match(words, /77 (\d+\+|600) turns$/);
});

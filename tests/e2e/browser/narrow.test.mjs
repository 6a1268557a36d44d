/**
 * The smallest window that is promised to work, and what must not lie over or hide something else
 * in it.
 */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { ORDER, turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const SMALLEST = { width: 900, height: 600 };
const LONG_EVENT = "Оплата картой при получении заказа в пункте выдачи";
const LONG_USER = "a41e7c90-1233-4f6e-9b7e-0f2d6a7c1e11";

claim(
  "at 900×600 the countdown of a held turn is in sight on every tab, once",
  async ({ program, page, see }) => {
    const bot = program.post(ORDER);
    await page.setViewportSize(SMALLEST);
    await see.choose("Оплата картой");
    const timer = see.detail.getByRole("timer", { name: /waits for an answer, \d+ s left/ });
    for (const tab of ["Variables", "Request", "Answer", "Timing"]) {
      await see.openTab(tab);
      await timer.waitFor();
      assert.equal(await timer.count(), 1, `one countdown on ${tab}`);
      assert.ok(await whole(timer), `the countdown on ${tab} is not cut`);
    }
    await see.openTab("Variables");
    await see.detail.getByRole("button", { name: "Release" }).click();
    await bot;
    await timer.waitFor({ state: "detached" });
  },
  { given: (program) => program.hold(600) },
);

claim(
  "the countdown is in sight on every tab of a wide window too",
  async ({ program, see }) => {
    const bot = program.post(ORDER);
    await see.choose("Оплата картой");
    const timer = see.detail.getByRole("timer");
    for (const tab of ["Variables", "Request", "Answer", "Timing"]) {
      await see.openTab(tab);
      await timer.waitFor();
      assert.equal(await timer.count(), 1, `one countdown on ${tab}`);
    }
    await see.detail.getByRole("button", { name: "Release" }).click();
    await bot;
  },
  { given: (program) => program.hold(600) },
);

for (const { language, width } of [
  { language: "en", width: 900 },
  { language: "ru", width: 900 },
  { language: "ru", width: 1280 },
]) {
  claim(
    `time, size and duration of a turn with long names stand in full at ${width} pixels, language ${language}`,
    async ({ program, page }) => {
      await program.api("PATCH", "/settings", { language });
      await page.locator(`html[lang="${language}"]`).waitFor();
      await page.setViewportSize({ width, height: 600 });
      await page.getByRole("treeitem").filter({ hasText: "Оплата" }).first().click();
      const facts = page.locator("header:has(h1) .facts");
      await facts.waitFor();
      await eventually("facts that are not cut", () => whole(facts));
      const boxes = await page
        .locator("header:has(h1) :is(h1, .user, .facts, .actions)")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
      assert.equal(boxes.length, 4);
      for (const [at, one] of boxes.entries()) {
        for (const other of boxes.slice(at + 1)) assert.ok(!overlap(one, other), "nothing lies over another thing");
      }
    },
    { given: (program) => program.post(turn(LONG_EVENT, { user: LONG_USER })) },
  );
}

claim(
  "no button lies over the answer's text, whose last column can be read",
  async ({ program, page, see }) => {
    const bot = program.post(turn("asks"));
    await page.setViewportSize(SMALLEST);
    await see.choose("asks");
    await see.openTab("Answer");
    await see.editor.waitFor();
    const text = await boxOf(page.locator(".cm-scroller"));
    for (const button of await see.answer.getByRole("button").all()) {
      assert.ok(!overlap(sides(await boxOf(button)), sides(text)), "it stands beside the text");
    }
    await see.answerButton("Release").click();
    await bot;
  },
  { given: (program) => program.hold(600) },
);

claim(
  "the last header row of a request is not cut, however many there are",
  async ({ page, see }) => {
    await page.setViewportSize(SMALLEST);
    await see.choose("many");
    await see.openTab("Request");
    const table = page.getByRole("table", { name: "Headers" });
    const last = table.getByRole("row").last();
    await last.scrollIntoViewIfNeeded();
    assert.ok(
      await last.evaluate((row) => {
        for (let box = row.parentElement; box !== null; box = box.parentElement) {
          if (getComputedStyle(box).overflowY === "visible") continue;
          if (row.getBoundingClientRect().bottom > box.getBoundingClientRect().bottom + 1) return false;
        }
        return true;
      }),
      "the row is whole inside everything that scrolls",
    );
    const cut = await table.evaluate((all) => {
      const region = all.closest("[role='region']");
      return region === null ? null : region.scrollHeight - region.clientHeight;
    });
    assert.equal(cut, 0, "the headers have no scroll of their own");
    const body = page.getByRole("region", { name: "Body" });
    await body.scrollIntoViewIfNeeded();
    assert.ok((await boxOf(body)).height >= 200, "the body keeps its part");
  },
  {
    given: (program) =>
      program.post(turn("many"), {
        headers: Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`x-header-${at}`, `${at}`])),
      }),
  },
);

claim("line numbers of a body that is no JSON stand apart from its text", async ({ program, page, see }) => {
  await program.post("not JSON at all", { headers: { "content-type": "text/plain" } });
  await see.row("POST /").click();
  await see.openTab("Request");
  await page.getByRole("textbox", { name: "Body" }).getByText("not JSON at all").waitFor();
  const gap = await page.locator(".cm-editor").evaluate((editor) => {
    const range = document.createRange();
    const from = (/** @type {string} */ selector) => {
      range.selectNodeContents(editor.querySelector(selector) ?? editor);
      return range.getBoundingClientRect();
    };
    return (
      from(".cm-line").left -
      from(".cm-lineNumbers .cm-activeLineGutter, .cm-lineNumbers .cm-gutterElement:last-child").right
    );
  });
  assert.ok(gap >= 8, `${gap} pixels lie between them`);
});

claim("what is known of a body is not cut in the panel beside the variables", async ({ program, page, see }) => {
  await program.post(turn("asks"));
  await page.setViewportSize({ width: 1180, height: 700 });
  await see.choose("asks");
  const facts = see.answer.getByRole("region", { name: "Body" }).getByText(/JSON\s·\s2\sbytes/);
  await facts.waitFor();
  await eventually("facts that are not cut", () => whole(facts));
});

claim(
  "an event's name is whole beside the longest user, and the views of a body stand in its line in Russian",
  async ({ program, page }) => {
    await program.api("PATCH", "/settings", { language: "ru" });
    await page.locator('html[lang="ru"]').waitFor();
    await page.getByRole("treeitem").filter({ hasText: "Оплата" }).last().click();
    const name = page.locator("header h1");
    for (const width of [900, 1100, 1280, 1500]) {
      await page.setViewportSize({ width, height: 700 });
      await eventually(`a whole name at ${width} pixels`, () => whole(name));
    }
    await page.setViewportSize({ width: 1280, height: 700 });
    const answer = page.getByRole("region", { name: "Ответ боту" });
    const body = answer.getByRole("region", { name: "Тело" }).locator("header");
    await eventually("a narrow answer", async () => (await boxOf(answer)).width < 420);
    await eventually("a head of the body in one line", async () => (await boxOf(body)).height < 50);
  },
  { given: (program) => program.post(turn("Оплата картой", { user: LONG_USER.repeat(3) })) },
);

claim(
  "beside several bots at 900×600 the address has no dots but its own, in Russian too",
  async ({ page, program }) => {
    await page.setViewportSize(SMALLEST);
    for (const language of ["en", "ru"]) {
      await program.api("PATCH", "/settings", { language });
      await page.locator(`html[lang="${language}"]`).waitFor();
      await eventually(`a whole address, ${language}`, () => whole(page.getByTestId("webhook-address")));
    }
  },
  { given: (program) => program.api("POST", "/bots", { name: "Магазин", platform: "auto" }) },
);

claim(
  "beside a bot's mark an event's name is whole, and the word of who answered gives way",
  async ({ page, program }) => {
    await program.api("PATCH", "/settings", { language: "ru" });
    await page.locator('html[lang="ru"]').waitFor();
    const row = page.getByRole("treeitem").filter({ hasText: "Оформление заказа" }).last();
    await row.getByText("Магазин").first().waitFor({ state: "attached" });
    assert.equal((await boxOf(page.getByRole("tree"))).width, 348, "the list has its usual width");
    assert.ok(await whole(row.locator(".event")), "the name is not cut");
    assert.ok((await boxOf(row.getByText("по умолчанию"))).width >= 40, "who answered can be made out");
  },
  {
    given: async (program) => {
      const { id } = await program.api("POST", "/bots", { name: "Магазин", platform: "auto" });
      const { bots } = await program.api("GET", "/bots");
      const { webhook_url } = bots.find((/** @type {{ id: string }} */ bot) => bot.id === id);
      await program.post(turn("Оформление заказа"), { to: webhook_url });
    },
  },
);

claim(
  "the countdown beside its buttons stands in one line in Russian",
  async ({ program, page }) => {
    await program.api("PATCH", "/settings", { language: "ru" });
    await page.locator('html[lang="ru"]').waitFor();
    await program.hold(300);
    const bot = program.post(turn("ждёт"));
    await page.getByRole("treeitem").filter({ hasText: "ждёт" }).first().click();
    const answer = page.getByRole("region", { name: "Ответ боту" });
    const timer = answer.getByRole("timer");
    await timer.waitFor();
    assert.ok((await boxOf(answer)).width < 420, "the answer is narrow");
    assert.ok((await boxOf(timer)).height < 30, "it is one line");
    assert.ok(await whole(timer));
    await answer.getByRole("button", { name: /^Ответить запасным/ }).click();
    await bot;
  },
  { given: (program) => program.hold(600) },
);

claim(
  "whose turns they are stays in sight while the list is scrolled, and time and name stay apart",
  async ({ page, see }) => {
    await page.setViewportSize(SMALLEST);
    await see.choose("turn 24");
    const head = see.tree.locator(".sticky");
    assert.equal(await head.count(), 0, "the head itself is in sight");
    await page.keyboard.press("End");
    await see.heading("turn 0");
    await head.getByText(LONG_USER).waitFor();
    const box = await boxOf(head.getByText(LONG_USER));
    assert.ok(box.y < (await boxOf(see.tree)).y + 28, "it stands at the top");
    for (let at = 0; at < 24; at += 1) await page.keyboard.press("k");
    await see.heading("turn 24");
    await head.waitFor({ state: "detached" });
    await page.addStyleTag({ content: ".time { font-size: 20px !important }" });
    const [time, name] = [see.selected.locator(".time"), see.selected.locator(".event")];
    assert.ok(!overlap(sides(await boxOf(time)), sides(await boxOf(name))));
    assert.ok(await whole(time), "letters that are not made smaller are not cut");
  },
  {
    given: async (program) => {
      for (let at = 0; at < 25; at += 1) await program.post(turn(`turn ${at}`, { user: LONG_USER }));
    },
  },
);

/**
 * Whether an element shows all of its text.
 * @param {import("playwright-core").Locator} locator
 */
async function whole(locator) {
  return locator.evaluate((one) => {
    const box = one.getBoundingClientRect();
    return (
      one.scrollWidth <= one.clientWidth + 1 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    );
  });
}

/**
 * Where an element is drawn; one that is not is a failure.
 * @param {import("playwright-core").Locator} locator
 */
async function boxOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box !== null, `${locator} is drawn`);
  return box;
}

/** @param {{ x: number, y: number, width: number, height: number }} box */
const sides = ({ x, y, width, height }) => ({ left: x, top: y, right: x + width, bottom: y + height });

/**
 * @param {ReturnType<typeof sides>} one
 * @param {ReturnType<typeof sides>} other
 */
function overlap(one, other) {
  const [across, down] = [
    Math.min(one.right, other.right) - Math.max(one.left, other.left),
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
  ];
  return across > 1 && down > 1;
}

claim(
  "a message in passing covers no button of the answer",
  async ({ program, page, see }) => {
    const bot = program.post(ORDER);
    await page.setViewportSize(SMALLEST);
    await see.choose("Оплата картой");
    await see.openTab("Answer");
    await see.answerButton(/^Presets/).waitFor();
    // Measured in the step in which the message comes: it goes by itself.
    const covered = page.evaluate(
      () =>
        new Promise((resolve) => {
          const list = document.querySelector(".toasts");
          if (list === null) throw new Error("there is no place for messages");
          new MutationObserver(() => {
            const toast = list.querySelector(".toast")?.getBoundingClientRect();
            if (toast === undefined) return;
            const buttons = [...document.querySelectorAll("main button")];
            const under = buttons.filter((button) => {
              const box = button.getBoundingClientRect();
              const apart = box.bottom <= toast.top || box.top >= toast.bottom;
              return !apart && box.right > toast.left && box.left < toast.right;
            });
            resolve(under.map((button) => button.textContent));
          }).observe(list, { childList: true });
        }),
    );
    await see.command("Copy the exchange's id");
    assert.deepEqual(await covered, []);
    await see.detail.getByRole("button", { name: "Release" }).click();
    await bot;
  },
  { given: (program) => program.hold(600) },
);

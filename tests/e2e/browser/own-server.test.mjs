/** The developer's own server answers: it is named, asked, corrected, and what failed is told. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { withOwnServer } from "../lib/own-server.mjs";
import { reservePort } from "../lib/reserved-port.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const PAY = '{"orderStatus": "paid", "discount": "15", "sum": 1098.00, "debug": {"a": 1, "b": 2}}';

/**
 * Lets a server answer, with or without a person.
 * @param {import("../lib/program.mjs").Program} program
 * @param {string} url
 * @param {"upstream" | "upstream_hold"} mode
 */
const asked = (program, url, mode, seconds = 600) =>
  program.answering({ mode, upstream: url, hold: { seconds, fallback: "default" } });

claim("a server is named where its mode is chosen, and answers from then on", async ({ page, program, see }) =>
  withOwnServer(async (own) => {
    own.answers(PAY);
    await page.getByRole("radio", { name: "Rules", exact: true, checked: true }).waitFor();
    await page.getByRole("radio", { name: "My server", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "How to answer" });
    await panel.getByText("For your server to answer, give its address and save.").waitFor();
    const address = panel.getByRole("textbox", { name: "Address of the server" });
    await see.type(address, "localhost:3000");
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByText(/^An address with http:\/\/ or https:\/\//).waitFor();
    assert.equal(await address.getAttribute("aria-invalid"), "true");
    assert.equal((await program.api("GET", "/answering")).mode, "rules", "nothing is saved");
    await address.fill(own.url);
    await panel.getByRole("textbox", { name: "Name", exact: true }).fill("local");
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.waitFor({ state: "detached" });
    await page.getByRole("radio", { name: "My server", exact: true, checked: true }).waitFor();
    await see.statusBar.getByText("My server: local").waitFor();
    const answer = await program.post(turn("pay"));
    assert.equal(answer.text, PAY);
    assert.equal(own.requests.length, 1);
    await see.row("pay").getByText("my server", { exact: true }).waitFor();
    await see.choose("pay");
    await see.answer.getByText("Answered by my server", { exact: true }).waitFor();
    await see.value("orderStatus", "Bot has", '"paid"');
    await see.openTab("Timing");
    await page.getByRole("row", { name: /^My server took/ }).waitFor();
  }),
);

claim(
  "several servers are remembered, one answers, and what the program refuses stands at its field",
  async ({ page, program, see }) => {
    await page.keyboard.press("d");
    const panel = page.getByRole("dialog", { name: "How to answer" });
    const servers = panel.getByRole("region", { name: "My server" });
    const add = servers.getByRole("button", { name: "Add a server" });
    await add.click();
    await see.type(servers.getByRole("textbox", { name: "Address of the server" }), "http://127.0.0.1:5000");
    await add.click();
    await see.type(servers.getByRole("textbox", { name: "Address of the server" }).last(), "https://stage.example");
    const last = servers.getByRole("listitem").last();
    await last.getByText("Connection", { exact: true }).click();
    await last.getByRole("textbox", { name: "CA file (PEM)" }).fill("/no/such/ca.pem");
    await last.getByRole("textbox", { name: "Wait for a connection, s" }).fill("9");
    await last.getByRole("checkbox", { name: "Accept any certificate" }).check();
    await last.getByText(/^Nobody will notice a server put in between/).waitFor();
    await last.getByRole("radio", { name: "https://stage.example answers" }).check();
    await panel.getByRole("button", { name: "Save" }).click();
    await last
      .getByRole("alert")
      .getByText(/cannot be used/)
      .waitFor();
    assert.equal(await last.getByRole("textbox", { name: "CA file (PEM)" }).getAttribute("aria-invalid"), "true");
    await last.getByRole("textbox", { name: "CA file (PEM)" }).fill("");
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.waitFor({ state: "detached" });
    const { upstream, upstreams } = await program.api("GET", "/answering");
    assert.equal(upstream, "https://stage.example");
    assert.deepEqual(
      upstreams.map((/** @type {any} */ one) => [one.url, one.insecure, one.connect_seconds]),
      [
        ["http://127.0.0.1:5000", false, 5],
        ["https://stage.example", true, 9],
      ],
    );
    await page.keyboard.press("d");
    await servers.getByRole("button", { name: "Remove the server https://stage.example" }).click();
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.waitFor({ state: "detached" });
    assert.equal((await program.api("GET", "/answering")).upstream, "http://127.0.0.1:5000");
  },
);

claim("a turn that a server works on says so in its row, and the bar below counts it", async ({ page, program, see }) =>
  withOwnServer(async (own) => {
    own.halt();
    await asked(program, own.url, "upstream");
    const bot = program.post(turn("pay"));
    await see.row("pay").getByText("server at work").waitFor();
    await page.getByText("1 at my server", { exact: true }).waitFor();
    own.goOn();
    await bot;
    await page.getByText("1 at my server", { exact: true }).waitFor({ state: "detached" });
    await see.row("pay").getByText("my server", { exact: true }).waitFor();
  }),
);

claim("a rule that asks the server and me is told as the mode is, and its own fallback is named", async (stage) =>
  withOwnServer(async (own) => {
    const { program, see } = stage;
    own.halt();
    const when = { field: "event", op: "equals", value: "pay" };
    const forward = { upstream: own.url, hold: true };
    await program.api("POST", "/rules", { version: 1, name: "Both", when, then: { forward } });
    const mine = { ...when, value: "mine" };
    const hold = { seconds: 600, fallback: "rules" };
    await program.api("POST", "/rules", { version: 1, name: "Me", when: mine, then: { hold } });
    const pays = program.post(turn("pay"));
    await see.choose("pay");
    await see.answer.getByText(/^My server is at work/).waitFor();
    const waits = program.post(turn("mine"));
    await see.choose("mine");
    await see.answer.getByText("until the answer of the rules").waitFor();
    await see.answerButton("Release").click();
    assert.equal((await waits).text, "{}");
    own.goOn();
    await see.choose("pay");
    await see.answerButton("Release").click();
    await pays;
  }),
);

claim("a server that nobody started is told with its cause and the way to its settings", async (stage) => {
  const { page, program, see } = stage;
  const port = await reservePort();
  try {
    await asked(program, `http://127.0.0.1:${port.number}`, "upstream");
    await program.post(turn("pay"));
    await see.choose("pay");
    const failure = see.answer.getByRole("group", { name: "What happened to my server" });
    await failure.getByText(new RegExp(`^Nobody listens at 127.0.0.1:${port.number}`)).waitFor();
    await see.row("pay").getByText("fallback", { exact: true }).waitFor();
    await failure.getByRole("button", { name: "Server settings" }).click();
    await page.getByRole("dialog", { name: "How to answer" }).waitFor();
    await page.keyboard.press("Escape");
    await see.openTab("Timing");
    await page.getByRole("row", { name: /^My server took/ }).waitFor();
    assert.equal(await page.getByRole("row", { name: /^Waited for a person/ }).count(), 0, "no person was waited for");
  } finally {
    port.release();
  }
});

claim("a server's answer stands in the editor, and goes out byte for byte where nothing was changed", async (stage) =>
  withOwnServer(async (own) => {
    const { page, program, see } = stage;
    const compact = PAY.replaceAll(" ", "");
    own.answers(compact);
    own.halt();
    await asked(program, own.url, "upstream_hold");
    const bot = program.post(turn("pay"));
    await see.choose("pay");
    await see.answer.getByText(/^My server is at work/).waitFor();
    await see.answer.getByText(/until the fallback answer/).waitFor();
    own.goOn();
    await see.answer.getByText("until the server's answer as it is").waitFor();
    await see.row("pay").getByText("has answered").waitFor();
    await eventually(
      "the server's answer, laid out",
      () => see.text(),
      (text) => text.includes('"sum": 1098.00'),
    );
    await see.value("orderStatus", "Bot will have", '"paid"');
    await see.answer.getByText(/· 0 changes/).waitFor();
    await page.keyboard.press("Control+Enter");
    assert.equal((await bot).text, compact);
    await see.answer.getByText("Answered by my server", { exact: true }).waitFor();
    assert.equal((await program.exchanges())[0].answered_by, "upstream");
  }),
);

claim("a corrected answer goes out, and both are kept with their difference", async (stage) =>
  withOwnServer(async (own) => {
    const { page, program, see } = stage;
    own.answers(PAY);
    await asked(program, own.url, "upstream_hold");
    const bot = program.post(turn("pay"));
    await see.choose("pay");
    await see.answer.getByText(/· 0 changes/).waitFor();
    const mine = '{"orderStatus": "paid", "discount": 15, "sum": 1098.0, "receipt": 7}';
    await see.write(mine);
    await see.answer.getByText(/· 3 changes/).waitFor();
    await see.value("discount", "Server", '"15"');
    await see.variable("discount").getByText("edited").waitFor();
    await see.variable("debug").getByText("removed").waitFor();
    const difference = see.answer.getByRole("region", { name: "Difference of the answers" });
    await see.answer.getByRole("radio", { name: "Difference" }).click();
    await difference.getByRole("listitem").filter({ hasText: '"discount": "15"' }).getByText("gone:").waitFor();
    await difference.getByRole("listitem").filter({ hasText: '"discount": 15,' }).getByText("added:").waitFor();
    await see.answer.getByRole("radio", { name: "Server" }).click();
    await see.answer.getByRole("textbox", { name: "Body" }).getByText('"debug"').waitFor();
    await page.keyboard.press("Control+Enter");
    assert.equal((await bot).text, mine);
    await see.answer.getByText("Answered by my server, edited").waitFor();
    await see.row("pay").getByText("my server ✎").waitFor();
    await see.answer.getByRole("radio", { name: "Difference" }).click();
    await difference.getByRole("listitem").filter({ hasText: '"receipt": 7' }).getByText("added:").waitFor();
  }),
);

claim(
  "a server that answers while something is being written leaves it alone, and says that it is here",
  async (stage) =>
    withOwnServer(async (own) => {
      const { page, program, see } = stage;
      own.answers(PAY);
      own.halt();
      await asked(program, own.url, "upstream_hold");
      const bot = program.post(turn("pay"));
      await see.choose("pay");
      await see.write('{"mine": 1}');
      await see.value("mine", "Bot will have", "1");
      own.goOn();
      await see.answer.getByText("The server answered while you were writing.").waitFor();
      assert.equal(await see.text(), '{"mine": 1}');
      await see.answerButton("Take it").click();
      await see.value("orderStatus", "Bot will have", '"paid"');
      await see.answer.getByText("The server answered while you were writing.").waitFor({ state: "detached" });
      await see.write('{"mine": 2}');
      await see.value("mine", "Bot will have", "2");
      await page.keyboard.press("Control+Shift+Enter");
      assert.equal((await bot).text, PAY, "as the server had it, whatever stands in the editor");
    }),
);

claim("a server that fails is told while there is still time to answer by hand", async (stage) => {
  const { page, program, see } = stage;
  const port = await reservePort();
  try {
    await asked(program, `http://127.0.0.1:${port.number}`, "upstream_hold");
    const bot = program.post(turn("pay"));
    await see.choose("pay");
    const failure = see.answer.getByRole("group", { name: "What happened to my server" });
    await failure.getByText(/^Nobody listens at/).waitFor();
    await see.write('{"mine": 1}');
    await page.keyboard.press("Control+Enter");
    assert.equal((await bot).text, '{"mine": 1}');
    await see.answer.getByText("Answered by hand").waitFor();
  } finally {
    port.release();
  }
});

claim("a turn is sent again straight to the server", async ({ page, program, see }) =>
  withOwnServer(async (own) => {
    own.answers('{"again": true}');
    await program.answering({ upstream: own.url });
    await program.post(turn("pay"));
    await see.choose("pay");
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog", { name: "Replay the turn" });
    await dialog.getByRole("radio", { name: "To my server" }).click();
    await dialog.getByText(`The turn goes straight to ${own.host}`).waitFor();
    await page.keyboard.press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
    await see.answer.getByText(`Answered by ${own.host}`).waitFor();
    assert.equal(own.requests.length, 1);
  }),
);

claim(
  "what a rule makes of my server's answer is what a person starts from, beside what came",
  async ({ program, see }) =>
    withOwnServer(async (own) => {
      own.answers('{"orderStatus": "paid", "sum": 1098.00}');
      await program.answering({ hold: { seconds: 600, fallback: "default" } });
      await program.api("POST", "/rules", {
        version: 1,
        name: "Correct",
        when: { all: [] },
        then: { forward: { upstream: own.url, hold: true, patch: { set: { orderStatus: '"new"' } } } },
      });
      const bot = program.post(turn("pay"));
      await see.choose("pay");
      await see.answer.getByText(/corrected by a rule/).waitFor();
      await eventually(
        "the corrected answer in the editor",
        () => see.text(),
        (text) => /"orderStatus": "new"/.test(text) && /1098\.00/.test(text),
      );
      await see.answerButton("As the rule corrects it").click();
      assert.equal((await bot).text, '{"orderStatus": "new", "sum": 1098.00}');
      await see.answer.getByText("Answered by my server", { exact: true }).waitFor();
      await see.answer.getByRole("radio", { name: "Server" }).click();
      await see.answer.getByText(/"paid"/).waitFor();
    }),
);

/** The program goes away and comes back while the page is open. */
import assert from "node:assert/strict";
import path from "node:path";

import { claim } from "../lib/claim.mjs";
import { reservePort } from "../lib/reserved-port.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** What a page says of calls that the claim cuts off. */
const CUT_OFF = /net::ERR_FAILED/;

claim(
  "a lost program is reported in a banner, and what was missed is there when it is back",
  async ({ program, page, see }) => {
    await program.post(turn("before"));
    await see.row("before").waitFor();
    await page.route("**/api/v1/**", (route) => route.abort());
    // The poll that waits is answered by this turn; the next one does not get through.
    await program.post(turn("last seen"));
    const banner = page.getByRole("alert").filter({ hasText: "The app cannot be reached." });
    await banner.waitFor();
    await program.post(turn("missed"));
    assert.equal(await see.row("missed").count(), 0);
    // The pauses between its tries grow; in a long one a person is faster.
    await banner.getByText("Next try in 4 s").waitFor({ state: "attached" });
    await page.unroute("**/api/v1/**");
    await banner.getByRole("button", { name: "Try now" }).click();
    await see.row("missed").waitFor();
    await banner.waitFor({ state: "detached" });
    await program.post(turn("after"));
    await see.row("after").waitFor();
  },
  { mayFail: CUT_OFF },
);

claim(
  "an open page goes on when the program is back at its address, and with another's history says to open its page",
  async (stage) => {
    const { program, page, see, restart, open } = stage;
    await program.post(turn("before"));
    await page.goto("about:blank");
    await program.stop();
    const { number: port, release } = await reservePort();
    const first = await restart(`127.0.0.1:${port}`);
    await open();
    await see.choose("before");
    const lost = page.getByRole("alert").filter({ hasText: "The app cannot be reached." });
    await first.kill();
    await lost.waitFor();
    const second = await restart(`127.0.0.1:${port}`);
    await lost.waitFor({ state: "detached" });
    await second.post(turn("after"));
    await see.row("after").waitFor();
    await second.kill();
    await lost.waitFor();
    stage.dataDir = path.join(stage.dataDir, "another");
    await restart(`127.0.0.1:${port}`);
    await page.getByRole("alert").filter({ hasText: "This page's address is out of date." }).waitFor();
    await open();
    await see.button("Send a sample turn").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    release();
  },
);

claim("the token is taken out of sight and kept for a reload", async ({ page, see }) => {
  assert.equal(new URL(page.url()).hash, "");
  await page.reload();
  await see.ready();
  await see.button("Send a sample turn").waitFor();
});

claim(
  "an editor that could not be fetched says so, shows the text, and comes when the program is back",
  async ({ program, page, see, open }) => {
    await program.post(turn("before"));
    await page.route("**/*codemirror*", (route) => route.abort());
    await open();
    await see.choose("before");
    const alert = see.detail.getByRole("alert").filter({ hasText: "The editor could not be loaded." });
    await alert.first().waitFor();
    await see.answer.getByText("{}").waitFor();
    await page.route("**/api/v1/**", (route) => route.abort());
    await program.post(turn("last seen"));
    await page.getByRole("alert").filter({ hasText: "The app cannot be reached." }).waitFor();
    await alert.getByText("It comes when the app can be reached again.").first().waitFor();
    await page.unroute("**/*codemirror*");
    // It tries again by itself, sooner than a button could be pressed for certain.
    await page.unroute("**/api/v1/**");
    await see.answer.getByRole("textbox", { name: "Body" }).waitFor();
    await alert.first().waitFor({ state: "detached" });
  },
  { mayFail: CUT_OFF },
);

claim(
  "a dialog that could not be fetched says so and opens when it is asked for again",
  async ({ program, page, see, open }) => {
    await program.post(turn("before"));
    await page.route("**/*Palette*", (route) => route.abort());
    await open();
    await see.choose("before");
    await page.keyboard.press("Control+k");
    await see.toast("This part of the page could not be loaded.");
    await page.unroute("**/*Palette*");
    await eventually(
      "the palette",
      async () => {
        await page.keyboard.press("Control+k");
        return see.palette.count();
      },
      (shown) => shown === 1,
    );
    await page.keyboard.press("Escape");
    await see.palette.waitFor({ state: "detached" });
  },
  { mayFail: CUT_OFF },
);

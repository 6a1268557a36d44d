/** As which platform's an exchange is read: the reason is said, and a wrong guess is corrected. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";

claim(
  "why an exchange is a platform's is said, and one is read as another's and back",
  async ({ page, program, see }) => {
    await program.post(turn("pay"));
    await see.choose("pay");
    await see.openTab("Request");
    const headers = page.getByRole("region", { name: "Headers", exact: true });
    await headers.getByText("SaluteBot Graph", { exact: true }).waitFor();
    await headers
      .getByText(/action/)
      .first()
      .waitFor();
    const other = headers.getByRole("button", { name: "Another platform" });
    await other.click();
    await page.getByRole("menuitem", { name: "Read as LeadConverter" }).click();
    await headers.getByText("LeadConverter", { exact: true }).waitFor();
    const [row] = await program.exchanges();
    assert.equal(row.platform, "leadconverter");
    await other.click();
    await page.getByRole("menuitem", { name: "Read as the bot says" }).click();
    await headers.getByText("SaluteBot Graph", { exact: true }).waitFor();
    await see.heading("pay");
  },
);

claim("a bot is told once that its platform is another one", async ({ page, program, see }) => {
  await program.post(turn("pay"));
  await see.choose("pay");
  await see.openTab("Request");
  const headers = page.getByRole("region", { name: "Headers", exact: true });
  await headers.getByRole("button", { name: "Another platform" }).click();
  await page.getByRole("menuitem", { name: /is always SaluteBot Graph$/ }).click();
  await headers.getByText("The platform was chosen by hand.").first().waitFor();
  const [{ platform }] = (await program.api("GET", "/bots")).bots;
  assert.equal(platform, "graph");
});

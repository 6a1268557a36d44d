/** The view of the tunnel as a person sees it: by roles and names, in English. */
export class TunnelPage {
  /** @param {import("./claim.mjs").Stage} stage */
  constructor({ page }) {
    this.page = page;
    this.state = page.getByRole("region", { name: "State of the tunnel" });
    this.address = page.getByTestId("public-address");
    this.facts = this.state.locator("dl").last();
  }

  async open() {
    await this.page.keyboard.press("u");
    await this.page.getByRole("heading", { level: 1, name: "Tunnel" }).waitFor();
    return this;
  }

  /**
   * Waits until the state is said in words.
   * @param {string | RegExp} words
   */
  async says(words) {
    await this.state.getByRole("heading", { name: words }).waitFor();
  }

  /** @param {RegExp} name */
  provider(name) {
    return this.page.getByRole("radio", { name });
  }

  /** @param {string} name the whole of it, or the field of a part alone */
  field(name, exact = false) {
    return this.page.getByRole("textbox", { name, exact });
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }
}

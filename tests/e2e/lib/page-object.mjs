/**
 * The page as a person sees it: by roles and names, in English. What is said here is where things
 * are; what they should be is said by the claims.
 */
import { eventually } from "./wait.mjs";

export class PageObject {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    this.tree = page.getByRole("tree", { name: "Exchanges" });
    this.detail = page.getByRole("region", { name: "Exchange", exact: true });
    this.answer = page.getByRole("region", { name: "Answer to the bot" });
    this.editor = page.getByRole("textbox", { name: "Answer body, JSON" });
    this.findings = this.answer.getByRole("list", { name: "Findings" });
    this.variables = page.getByRole("region", { name: "Variables of the turn" });
    this.filter = page.getByRole("combobox", { name: "Filter exchanges" });
    this.statusBar = page.getByRole("contentinfo", { name: "State" });
    this.palette = page.getByRole("dialog", { name: "Commands" });
    this.messages = page.locator(".toasts");
    this.selected = page.getByRole("treeitem", { selected: true });
    this.pill = page.getByRole("button", { name: /^[\d,]+ new$/ });
  }

  /** Resolves when the program's state is shown: what changes from here on reaches the page. */
  async ready() {
    await this.statusBar.getByText(/version \S/).waitFor();
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /**
   * A button of the answer panel, which the page may have namesakes of.
   * @param {string | RegExp} name
   */
  answerButton(name) {
    return this.answer.getByRole("button", { name });
  }

  /** Rows of exchanges, without the headers of groups. */
  get rows() {
    return this.page.locator('[role="treeitem"][aria-selected]:not([aria-expanded])');
  }

  /**
   * The rows whose text fits, such as an event's name.
   * @param {string | RegExp} text
   */
  row(text) {
    return this.rows.filter({ hasText: text });
  }

  /**
   * Chooses a row by its event. A row that comes in above moves it away from under the pointer:
   * then it is clicked again.
   * @param {string | RegExp} text
   */
  async choose(text) {
    const chosen = this.row(text).and(this.page.locator('[aria-selected="true"]'));
    await eventually(`a chosen row of ${text}`, async () => {
      await this.row(text).first().click();
      return chosen.count();
    });
    await this.heading(text);
    // Until the list knows how it ended, commands about an ended turn do nothing.
    await chosen.getByText("answering", { exact: true }).waitFor({ state: "hidden" });
  }

  /**
   * Waits until the detail shows an event.
   * @param {string | RegExp} event
   */
  async heading(event) {
    await this.detail.getByRole("heading", { level: 1, name: event, exact: typeof event === "string" }).waitFor();
  }

  /** Findings follow a tab's name. @param {string} name */
  tab(name) {
    return this.page.getByRole("tab", { name: new RegExp(`^${name}( |$)`) });
  }

  /** @param {string} name */
  async openTab(name) {
    await this.tab(name).click();
    await this.page.getByRole("tabpanel", { name }).waitFor();
  }

  /**
   * A row of the variables table by the variable's name.
   * @param {string} name
   */
  variable(name) {
    const menu = this.page.getByRole("button", { name: `What to do with ${name}`, exact: true, includeHidden: true });
    return this.variables.getByRole("row").filter({ has: menu });
  }

  /**
   * Waits until a variable shows a value in a column, both as they are read out: `Bot has: 51`.
   * @param {string} variable
   * @param {string} column
   * @param {string} value
   */
  async value(variable, column, value) {
    await this.variable(variable)
      .getByRole("button", { name: `${column}: ${value}`, exact: true })
      .waitFor();
  }

  /**
   * Puts a text in place of the answer's, as typing over it does.
   * @param {string} text
   */
  async write(text) {
    await this.editor.click();
    await this.focused(this.editor);
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  /**
   * Waits until a field has the focus: only then keys go there.
   * @param {import("playwright-core").Locator} field
   */
  async focused(field) {
    await field.and(this.page.locator(":focus")).waitFor();
  }

  /**
   * Types into a field that something else has opened, when it has the focus.
   * @param {import("playwright-core").Locator} field
   * @param {string} text
   */
  async type(field, text) {
    await this.focused(field);
    await this.page.keyboard.type(text);
  }

  /**
   * Opens the palette, types into it and waits for a command to be the chosen one.
   * @param {string} text
   * @param {string} name of the command
   */
  async find(text, name) {
    await this.page.keyboard.press("Control+k");
    await this.type(this.palette.getByRole("combobox"), text);
    await this.palette.getByRole("option", { name, selected: true }).waitFor();
  }

  /**
   * Runs a command by its name.
   * @param {string} name
   */
  async command(name) {
    await this.find(name, name);
    await this.page.keyboard.press("Enter");
    await this.palette.waitFor({ state: "detached" });
  }

  /** What stands in an editor, with its line breaks. */
  async text(editor = this.editor) {
    return editor.evaluate((content) =>
      [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
    );
  }

  /**
   * Waits for a message in passing.
   * @param {string | RegExp} text
   */
  async toast(text) {
    await this.messages.getByText(text).first().waitFor();
  }

  /**
   * Waits until the list holds so many rows in the program's own count, shown in the status bar.
   * @param {string | RegExp} words
   */
  async counted(words) {
    await this.statusBar.getByText(words).waitFor();
  }

  /** The texts of the rows that are drawn, in the order they stand. */
  async rowTexts() {
    return this.rows.evaluateAll((rows) =>
      rows
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => (row instanceof HTMLElement ? row.innerText : "").replaceAll(/\s+/g, " ").trim()),
    );
  }

  /**
   * Waits until the rows drawn fit.
   * @param {string} what
   * @param {(rows: string[]) => unknown} fits
   */
  async rowsFit(what, fits) {
    return eventually(what, () => this.rowTexts(), fits);
  }
}

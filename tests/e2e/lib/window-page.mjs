/**
 * The page in the real window, its elements found by role and name, as a screen reader finds them.
 * The window itself is driven by `window.mjs`.
 */
import { eventually } from "./wait.mjs";

/** WebDriver's name for "here is an element", fixed by its standard. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const KEY_OF_ALL = ["Control", "a"];

/** Elements that have a role by their tag. */
/** @type {Record<string, string>} */
const BY_TAG = { button: "button", heading: "h1, h2, h3", textbox: "input, textarea", row: "tr", alert: "" };

/** Runs in the page: the visible elements of a role whose name fits, best fit first. */
const FIND = `
  const [role, byTag, wanted, whole] = arguments;
  const selector = ['[role="' + role + '"]', byTag].filter(Boolean).join(", ");
  const visible = (one) => one.getClientRects().length > 0;
  const nameOf = (one) => (one.getAttribute("aria-label") ?? one.innerText ?? "").replace(/\\s+/g, " ").trim();
  return [...document.querySelectorAll(selector)].filter((one) => {
    const name = nameOf(one);
    return visible(one) && (whole ? name === wanted : name.includes(wanted));
  });`;

export class WindowPage {
  /** @param {Awaited<ReturnType<typeof import("./window.mjs").openWindow>>} window */
  constructor(window) {
    this.window = window;
  }

  /**
   * Waits for an element by its role and a part of its name; `whole` asks for the name itself.
   * @param {string} role
   * @param {string} name
   */
  async find(role, name, whole = false) {
    const [first] = await eventually(
      `a ${role} called ${name}`,
      () => this.window.eval(FIND, role, BY_TAG[role] ?? "", name, whole),
      (found) => found.length > 0,
    );
    return first[ELEMENT];
  }

  /**
   * Clicks it, looked for again while the page draws it again.
   * @param {string} role
   * @param {string} name
   */
  async click(role, name, whole = false) {
    await eventually(`a click on the ${role} ${name}`, async () => {
      const id = await this.find(role, name, whole);
      return this.window.client.call("POST", `/element/${id}/click`, {}).then(
        () => true,
        () => false,
      );
    });
  }

  /**
   * Types over what stands in a field, key by key.
   * @param {string} role
   * @param {string} name
   * @param {string} text
   */
  async type(role, name, text) {
    await this.click(role, name);
    await eventually(`the focus on the ${role} ${name}`, async () => {
      const field = { [ELEMENT]: await this.find(role, name) };
      return this.window.eval("return arguments[0] === document.activeElement", field);
    });
    await this.window.press(...KEY_OF_ALL);
    await this.window.press("Delete");
    for (const key of text) await this.window.press(key);
  }
}

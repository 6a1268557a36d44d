/** The rules of a bot for claims: what there is, and the fields of the one that is open. */

/** @typedef {import("./program.mjs").Program} Program */
/** @typedef {import("./claim.mjs").Stage} Stage */

/** Rules as text: their digits are more than a number holds. @param {Program} program */
export async function textOf(program) {
  const headers = { authorization: `Bearer ${program.token}` };
  return (await fetch(`${program.control}/api/v1/rules`, { headers })).text();
}
/** @param {Program} program */
export const rulesOf = async (program) => (await program.api("GET", "/rules")).rules;

/** @param {Stage} stage @param {string} name */
export async function openRule({ page }, name) {
  await page.keyboard.press("Control+2");
  await page.getByRole("row", { name: new RegExp(`^\\d+\\. ${name}\\.`) }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** @param {Stage} stage */
export const fieldsOf = ({ page }) => ({
  name: page.getByRole("textbox", { name: "Name", exact: true }),
  value: page.getByRole("textbox", { name: "Compared with, condition 1" }),
  body: page.getByRole("textbox", { name: "Body of the answer" }),
  save: page.getByRole("button", { name: /^Save/ }),
  view: (/** @type {string} */ name) => page.getByRole("radio", { name, exact: true }),
});

/** @param {object} then */
export const pay = (then, more = {}) => ({
  version: 1,
  name: "Pay",
  when: { all: [{ field: "event", op: "equals", value: "pay" }] },
  then,
  ...more,
});

/**
 * Waits until what is written has been tried: a complaint about something half written is gone, and
 * nothing moves any more.
 * @param {Stage["page"]} page
 */
export const tried = (page) =>
  page.getByRole("region", { name: "Tried on the history" }).and(page.locator('[aria-busy="false"]')).waitFor();

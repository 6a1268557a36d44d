/**
 * Takes the README's picture of the real window: `node tests/e2e/picture.mjs` after `cargo xtask
 * run` has built everything. Three users, one request held while its answer is being edited.
 */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { WindowPage } from "./lib/window-page.mjs";
import { openWindow } from "./lib/window.mjs";

const PICTURE = path.resolve(import.meta.dirname, "../../src-tauri/docs/window.png");

const TURNS = [
  { action: "start", userId: "1234567890", queryText: "привет", userChannel: "CHAT_WIDGET" },
  { action: "city", userId: "1234567890", queryText: "Казань", city: "Казань", visits: 3 },
  { action: "start", userId: "77120045", queryText: "хочу заказать", userChannel: "CHAT_WIDGET" },
  { action: "order", userId: "77120045", queryText: "два капучино", drink: "капучино", count: 2 },
];
/** Beyond what JavaScript's numbers hold; put into the text as it is. */
const BIG = "9007199254740993";
const HELD = {
  action: "pay",
  userId: "1234567890",
  queryText: "оплатить",
  userChannel: "CHAT_WIDGET",
  city: "Казань",
  order_id: BIG,
  total: "1290.00",
  cart: [
    { sku: "latte", count: 1 },
    { sku: "croissant", count: 2 },
  ],
  paid: false,
  promo: null,
};
const ANSWER = '{\n  "paid": true,\n  "total": "1161.00",\n  "promo": "HELLO10",\n  "receipt": "A-17"\n}';

const dataDir = await mkdtemp(path.join(tmpdir(), "hookloupe-picture-"));
const window = await openWindow({ dataDir });
try {
  await window.api("PATCH", "/settings", { language: "en", theme: "light" });
  const { webhook } = await window.api("GET", "/status");
  for (const turn of TURNS) await send(webhook.url, turn);
  const answering = await window.api("GET", "/answering");
  const hold = { seconds: 50, fallback: "default" };
  await window.api("PUT", "/answering", { ...answering, mode: "hold", hold });
  const held = send(webhook.url, HELD);
  await window.until("the held row", "return document.body.innerText.includes('pay')");
  await new WindowPage(window).click("treeitem", "pay");
  // The turn before lingers until the held one has been read, and its editor takes no text.
  await window.until("the held turn", "return document.querySelector('main').innerText.includes('order_id')");
  await window.click(".cm-content");
  await window.press("Control", "a");
  await window.evalAsync("document.execCommand('insertText', false, args[0]);", ANSWER);
  await window.until("what the bot will have", "return document.body.innerText.includes('A-17')");
  // Until colours and rows have come to rest: there is no event for that.
  await window.evalAsync("await document.fonts.ready; await new Promise((done) => setTimeout(done, 900));");
  await mkdir(path.dirname(PICTURE), { recursive: true });
  await copyFile(await window.screenshot("readme"), PICTURE);
  await window.close();
  await held;
  process.stdout.write(`${PICTURE}\n`);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

/**
 * @param {string} url
 * @param {object} turn
 */
async function send(url, turn) {
  const body = JSON.stringify(turn).replace(`"${BIG}"`, BIG);
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return answer.text();
}

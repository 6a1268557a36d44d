/**
 * A bot that never rests, in a process of its own: `node sender.mjs URL COUNT PER_SECOND` prints
 * what it got as JSON.
 */
import { sendMany } from "../../lib/load.mjs";

const CONNECTIONS = 16;
/** As large as a Graph bot's turns are. */
const WEIGHT = "значение ".repeat(80);

const [url, count, perSecond] = process.argv.slice(2);
const body = (/** @type {number} */ at) =>
  JSON.stringify({
    action: `load${at}`,
    userId: String(at % 7),
    queryText: "пока",
    rawRequest: {},
    variable1: at,
    text: WEIGHT,
  });
const result = await sendMany(url, {
  count: Number(count),
  perSecond: Number(perSecond),
  connections: CONNECTIONS,
  body,
});
process.stdout.write(JSON.stringify(result));

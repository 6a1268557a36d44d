/**
 * Which claims are to run: all, or those whose sentence holds a line of `HOOKLOUPE_CLAIMS`. A part
 * is enough: a sentence not typed whole would otherwise leave out everything and pass.
 * `cargo xtask test` runs those that failed once more this way.
 */
const names = process.env.HOOKLOUPE_CLAIMS?.split("\n").filter((part) => part !== "");

/**
 * What node's runner is to say of a claim that is left out; false for one that runs.
 * @param {string} sentence
 */
export function leftOut(sentence) {
  return names !== undefined && !names.some((part) => sentence.includes(part)) && "not asked for";
}

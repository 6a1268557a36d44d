/**
 * Which claims are to run: all, or the ones that `HOOKLOUPE_CLAIMS` names, a sentence each line.
 * `cargo xtask test` runs those that failed once more this way.
 */
const names = process.env.HOOKLOUPE_CLAIMS?.split("\n");

/**
 * What node's runner is to say of a claim that is left out; false for one that runs.
 * @param {string} sentence
 */
export function leftOut(sentence) {
  return names !== undefined && !names.includes(sentence) && "not asked for";
}

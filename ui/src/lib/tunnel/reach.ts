/** Who can reach an address, as far as its name or number tells; as the program judges. Pure. */

/** `computer`: this one alone. `network`: its own network, or its provider's. */
export type Reach = "computer" | "network" | "internet";

/** RFC 6762 §3 and RFC 8375, and tops that only a network of one's own gives. */
const OWN_TOPS = ["local", "internal", "lan", "home.arpa"];

export function reachOf(address: string): Reach {
  if (!URL.canParse(address)) return "internet";
  // Numbers come out in their usual form, in brackets where they are of the sixth version.
  const name = new URL(address).hostname.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[")) return ofSixth(name.slice(1, -1));
  const parts = name.split(".").map(Number);
  if (parts.length === 4 && parts.every((part) => Number.isInteger(part))) return ofFourth(parts);
  if (name === "localhost" || name.endsWith(".localhost")) return "computer";
  const isOwn = !name.includes(".") || OWN_TOPS.some((top) => name.endsWith(`.${top}`));
  return isOwn ? "network" : "internet";
}

/** RFC 1122, 1918 and 3927; and 100.64.0.0/10, which a provider's customers share (RFC 6598). */
function ofFourth([first = 0, second = 0]: readonly number[]): Reach {
  if (first === 127 || first === 0) return "computer";
  const isOwn =
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second < 128);
  return isOwn ? "network" : "internet";
}

function ofSixth(number: string): Reach {
  if (number === "::1" || number === "::") return "computer";
  const carried = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(number)?.[1];
  if (carried !== undefined) {
    const word = parseInt(carried, 16);
    return ofFourth([word >> 8, word & 255]);
  }
  const first = parseInt(number.split(":")[0] ?? "", 16);
  // fc00::/7 is a network's own, fe80::/10 a link's.
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80 ? "network" : "internet";
}

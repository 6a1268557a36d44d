/** What became of what was answered, as the page says it. Pure. */
import type { Proof } from "../api/types";

export type ProofLook = "ok" | "warn" | "bad" | "plain";

/** How grave a verdict is: a scenario may change a value by itself, but nothing loses one. */
const LOOKS: Readonly<Record<Proof["verdict"], ProofLook>> = {
  kept: "ok",
  same_number: "plain",
  rounded: "warn",
  type_changed: "warn",
  value_changed: "plain",
  missing: "bad",
  not_taken: "bad",
  not_saved: "bad",
  unknown: "plain",
};

export const lookOf = ({ verdict }: Proof): ProofLook => LOOKS[verdict];

/** How many values were lost, and how many came back as something else. */
export function countProofs(turns: readonly { proof: readonly Proof[] }[]): { lost: number; altered: number } {
  const looks = turns.flatMap(({ proof }) => proof.map(lookOf));
  return {
    lost: looks.filter((look) => look === "bad").length,
    altered: looks.filter((look) => look === "warn").length,
  };
}

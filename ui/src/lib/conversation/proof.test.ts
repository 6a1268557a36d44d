import { expect, test } from "vitest";

import type { Proof } from "../api/types";
import { countProofs, lookOf } from "./proof";

const proof = (verdict: Proof["verdict"]): Proof => ({
  name: "n",
  sent: "1",
  came_back: null,
  verdict,
  turn: "t",
  chain: false,
});

test("what is lost is graver than what is altered, and what a scenario may do is neither", () => {
  expect((["kept", "rounded", "missing", "value_changed"] as const).map((one) => lookOf(proof(one)))).toEqual([
    "ok",
    "warn",
    "bad",
    "plain",
  ]);
  const turns = [{ proof: [proof("missing"), proof("kept")] }, { proof: [proof("not_saved"), proof("type_changed")] }];
  expect(countProofs(turns)).toEqual({ lost: 2, altered: 1 });
});

/** Which platform a finding is about: its code begins with the platform's id. */
import type { Finding, Platform } from "../api/types";
import { ENUMS } from "../api/values";

export function platformOf({ code }: Pick<Finding, "code">): Platform | null {
  return ENUMS.Platform.find((platform) => code.startsWith(`${platform}_`)) ?? null;
}

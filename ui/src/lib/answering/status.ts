/** The status of an answer, as a person writes it. Pure. */
import { RANGES } from "../api/values";
import { wholeNumber } from "../format/whole-number";

/** The number, where it is a status that the program takes. */
export function statusOf(text: string): number | null {
  const { min, max } = RANGES.NewAnswer.status;
  const value = wholeNumber(text);
  return value >= min && value <= max ? value : null;
}

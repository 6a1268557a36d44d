/** A value in one line, as it is drawn: objects by their count and beginning. Pure. */
import { visible } from "../format/visible";
import { withLetters } from "./letters";
import { summarize } from "./walk";

export const lineOf = (json: string): string => visible(withLetters(summarize(json)));

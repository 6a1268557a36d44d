/** What tests leave in the page's own window, to look at it later. */
import type Axe from "axe-core";

declare global {
  var axe: typeof Axe;
  /** A row that is to stay the same element. */
  var watched: Element;
  /** The program's language, as the window gives it to its page. */
  var hookloupeLanguage: string;
  /** Titles of the notices that the page has shown. */
  var notices: string[];
  /** How long each press of a key took to be answered, in milliseconds. */
  var answeredKeys: number[];
}

/** All strings of the language `en`. */
import { answer } from "./answer";
import { common } from "./common";
import { detail } from "./detail";
import { list } from "./list";
import { settings } from "./settings";
import { tunnel } from "./tunnel";

export const en = { ...common, ...list, ...detail, ...answer, ...settings, ...tunnel } as const;

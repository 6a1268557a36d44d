/** All strings of the language `ru`. */
import { answer } from "./answer";
import { common } from "./common";
import { detail } from "./detail";
import { list } from "./list";
import { settings } from "./settings";
import { tunnel } from "./tunnel";

export const ru = { ...common, ...list, ...detail, ...answer, ...settings, ...tunnel } as const;

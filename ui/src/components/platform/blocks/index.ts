/** The blocks of the platforms that have one; of another one the fields bear their own names. */
import type { Platform } from "$lib/api/types";
import type { Block } from "./block";
import { chatapp } from "./chatapp";
import { graph } from "./graph";
import { graphHttp } from "./graph-http";
import { leadconverter } from "./leadconverter";
import { nocobase } from "./nocobase";
import { webim } from "./webim";

const BLOCKS: Readonly<Partial<Record<Platform, Block>>> = {
  chatapp,
  graph,
  graph_http: graphHttp,
  leadconverter,
  nocobase,
  webim,
};

export const blockOf = (platform: Platform): Block => BLOCKS[platform] ?? { fields: {} };

// Writes src/lib/api/schema.ts from openapi.json. Operations are written at their paths: the names
// of operations are for people, and two of them may be alike.
import { readFile, writeFile } from "node:fs/promises";

import openapi, { astToString } from "openapi-typescript";

const METHODS = ["get", "put", "post", "patch", "delete"];
const here = new URL("../", import.meta.url);
const document = JSON.parse(await readFile(new URL("openapi.json", here), "utf8"));
for (const path of Object.values(document.paths)) {
  for (const method of METHODS) if (path[method]) delete path[method].operationId;
}
const types = astToString(await openapi(document));
await writeFile(
  new URL("src/lib/api/schema.ts", here),
  `/** Generated from openapi.json by \`npm run gen:api\`. */\n${types}`,
);

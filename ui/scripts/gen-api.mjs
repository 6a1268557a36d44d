// Writes src/lib/api/schema.ts and src/lib/api/values.ts from openapi.json. Operations are written
// at their paths: the names of operations are for people, and two of them may be alike.
import { readFile, writeFile } from "node:fs/promises";

import openapi, { astToString } from "openapi-typescript";

const METHODS = ["get", "put", "post", "patch", "delete"];
// The codes of findings are for programs, and the page shows their messages.
const UNLISTED = ["Code"];
const here = new URL("../", import.meta.url);
const document = JSON.parse(await readFile(new URL("openapi.json", here), "utf8"));
for (const path of Object.values(document.paths)) {
  for (const method of METHODS) if (path[method]) delete path[method].operationId;
}
// A field with a default may be left out of a request.
const types = astToString(await openapi(document, { defaultNonNullable: false }));
const write = (name, text) =>
  writeFile(
    new URL(`src/lib/api/${name}`, here),
    `/** Generated from openapi.json by \`npm run gen:api\`. */\n${text}`,
  );
await write("schema.ts", types);

const enums = {};
const ranges = {};
for (const [name, schema] of Object.entries(document.components.schemas)) {
  if (schema.enum && !UNLISTED.includes(name)) enums[name] = schema.enum;
  for (const [field, { minimum, maximum, default: initial }] of Object.entries(schema.properties ?? {})) {
    if (minimum === undefined || maximum === undefined || initial === undefined) continue;
    ranges[name] = { ...ranges[name], [field]: { min: minimum, max: maximum, initial } };
  }
}
const constant = (name, about, value) => `/** ${about} */\nexport const ${name} = ${JSON.stringify(value)} as const;\n`;
await write(
  "values.ts",
  [
    constant("ENUMS", "The values of each closed vocabulary.", enums),
    constant("RANGES", "What a number may be, and what it is where nobody says.", ranges),
    constant(
      "FILTER_VALUES",
      "The keys of the filter language and the values that each is known to take.",
      document["x-filter"],
    ),
  ].join("\n"),
);

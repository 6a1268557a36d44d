// The lint rules that make the tiers of README.md stick: views put domains together, a domain does
// not know another, components/exchange knows an exchange, components/shared knows no domain, lib
// knows no component, and one file alone may name the window's own packages.
import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const TAURI = { group: ["@tauri-apps/*"], message: "Only lib/host/tauri.ts may name the window's packages." };
const VIEWS = {
  caseSensitive: true,
  group: ["**/views/*", "**/App.svelte"],
  message: "Views compose components, never the other way.",
};
const COMPONENTS = { group: ["**/components/**", "$shared/*", "$exchange/*"], message: "lib knows no component." };
const DOMAINS = {
  regex: "components/(?!shared)|^\\$exchange/|^\\.\\./(?!\\.)",
  message: "components/shared imports no domain.",
};
const STATE = {
  regex: "^\\$lib/(api|app|commands|controllers|stores|tunnel)/",
  message: "components/shared knows no domain and no state: it takes props.",
};
const NEIGHBOURS = { regex: "^\\.\\./(?!\\.)", message: "A domain does not know another; a view puts them together." };
const only = (...patterns) => ["error", { patterns }];

export default ts.config(
  { ignores: ["dist", "node_modules", "src/lib/api/schema.ts", "src/lib/api/values.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    plugins: { "import-x": importX },
    settings: {
      "import-x/ignore": ["node_modules"],
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".js", ".svelte", ".svelte.ts"] })],
    },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": ["error", { allow: ["warn", "error"] }],
      "max-lines": ["error", { max: 400, skipBlankLines: true }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-undef": "off",
      // TypeScript finds these, and it knows `??=`.
      "no-unused-private-class-members": "off",
      // Sets and maps here are replaced, not changed, or are nobody's state.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    files: ["**/*.svelte"],
    rules: {
      "max-lines": ["error", { max: 350, skipBlankLines: true }],
      "svelte/no-unused-props": "error",
      "svelte/button-has-type": "error",
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      "prefer-const": "off",
      "svelte/prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    files: ["src/components/**", "src/views/**", "src/App.svelte", "src/registry.ts"],
    rules: { "no-restricted-imports": only(TAURI) },
  },
  { files: ["src/components/*/**"], rules: { "no-restricted-imports": only(TAURI, VIEWS, NEIGHBOURS) } },
  { files: ["src/components/shared/**"], rules: { "no-restricted-imports": only(TAURI, VIEWS, DOMAINS, STATE) } },
  { files: ["src/lib/**"], rules: { "no-restricted-imports": only(TAURI, VIEWS, COMPONENTS) } },
  // The contract is generated: a cast would hide where the page and the program part.
  {
    files: ["src/lib/api/**"],
    rules: { "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }] },
  },
  { files: ["src/lib/host/tauri.ts"], rules: { "no-restricted-imports": only(VIEWS, COMPONENTS) } },
);

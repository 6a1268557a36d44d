/* The build: one page, assets by relative address, so that the same files work behind the window's
   own scheme. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Where a running `hookloupe-cli serve` listens while the UI is developed. */
const CONTROL = process.env["HOOKLOUPE_CONTROL"] ?? "http://127.0.0.1:8788";

export default defineConfig({
  base: "./",
  plugins: [svelte()],
  resolve: {
    alias: { $lib: "/src/lib", $shared: "/src/components/shared", $exchange: "/src/components/exchange" },
    conditions: ["browser"],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    // One sheet: a part whose own sheet failed once would come back without it.
    cssCodeSplit: false,
  },
  server: { port: 5173, strictPort: true, proxy: { "/api": { target: CONTROL, changeOrigin: true } } },
  // No test is about speed: the limit only ends one that hangs.
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], testTimeout: 120_000 },
});

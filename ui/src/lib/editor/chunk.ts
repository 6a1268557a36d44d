/** The editor as a part that is fetched when the first one is shown. */
import { Chunk } from "../chunks/chunk.svelte";

export const editorChunk = new Chunk(() => import("./codemirror"));

/** The page's format. Its plugin for Svelte has nothing to do here. */
import ui from "../../ui/.prettierrc.json" with { type: "json" };

export default { printWidth: ui.printWidth };

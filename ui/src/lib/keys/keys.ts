/**
 * Key combinations by the position on the keyboard, so that `R` works while the layout is Russian.
 * A combination is written `Ctrl+Shift+C`; `Ctrl` means the Command key on a Mac.
 */

export interface Combination {
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** What a position types without a layout; of others `key` is taken. */
const POSITIONS: Record<string, string> = {
  Space: "Space",
  BracketLeft: "[",
  BracketRight: "]",
  Slash: "/",
  Comma: ",",
  Equal: "+",
  NumpadAdd: "+",
  Minus: "-",
  NumpadSubtract: "-",
  NumpadEnter: "Enter",
};

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

export function parseKeys(text: string): Combination {
  const parts = text.split(/\+(?!$)/);
  const key = parts.at(-1) ?? "";
  const upper = /^[A-Z]$/.test(key);
  return {
    ctrl: parts.includes("Ctrl"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
    key: upper ? key.toLowerCase() : key,
  };
}

/** The key's own name, whatever the layout makes of it. */
function positionOf(pressed: Pressed): string {
  if (/^Key[A-Z]$/.test(pressed.code)) return pressed.code.slice(3).toLowerCase();
  if (/^(Digit|Numpad)\d$/.test(pressed.code)) return pressed.code.slice(-1);
  return POSITIONS[pressed.code] ?? pressed.key;
}

export function matches(combination: Combination, pressed: Pressed): boolean {
  const ctrl = isMac ? pressed.metaKey : pressed.ctrlKey;
  if (combination.ctrl !== ctrl || combination.alt !== pressed.altKey) return false;
  // A question mark is on different keys with and without Shift: the sign itself is asked
  // for.
  if (combination.key === "?") return pressed.key === "?" || (pressed.shiftKey && pressed.code === "Slash");
  if (pressed.key === "?") return false;
  const anyShift = combination.key === "+";
  return positionOf(pressed) === combination.key && (anyShift || combination.shift === pressed.shiftKey);
}

const SIGNS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
};

/** The combination as buttons and tooltips show it. */
export function showKeys(text: string): string {
  const { ctrl, shift, alt, key } = parseKeys(text);
  const name = SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [ctrl ? (isMac ? "⌘" : "Ctrl") : "", alt ? "Alt" : "", shift ? "Shift" : "", name].filter(Boolean).join(" ");
}

/** Whether a key is pressed by itself, as a letter is, and not as a combination. */
export const isLetter = (pressed: Pressed): boolean => !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;

/** Whether letters typed here are text: then single keys do nothing. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest(".cm-editor, [contenteditable='true']")) return true;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

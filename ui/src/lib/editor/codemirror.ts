/** The editor by CodeMirror 6. Imported lazily: nothing else in the app may name CodeMirror. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, undo } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  ensureSyntaxTree,
  foldEffect,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { markOf, unseen } from "../format/visible";
import { words } from "../i18n/index.svelte";
import { phrases } from "./phrases";
import type { Editor, EditorOptions, Mark } from "./types";

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--v-object)" },
  { tag: tags.string, color: "var(--v-string)" },
  { tag: tags.number, color: "var(--v-number)" },
  { tag: tags.bool, color: "var(--v-bool)" },
  { tag: tags.null, color: "var(--v-null)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--text-sm)", backgroundColor: "var(--bg)", color: "var(--fg)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-data)",
    fontVariantLigatures: "none",
    lineHeight: "20px",
    overflow: "auto",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--fg)" },
  ".cm-line": { padding: "0 12px 0 0" },
  ".cm-cursor": { borderLeftColor: "var(--fg)", borderLeftWidth: "1.5px" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--fg-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 2px 0 12px", minWidth: "28px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 4px", color: "var(--fg-3)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)",
    color: "var(--fg-2)",
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 16%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--accent) 20%, transparent)",
    outline: "none",
  },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { textDecoration: "underline dotted var(--accent)", textUnderlineOffset: "3px" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--bad)" },
  ".cm-tooltip": {
    backgroundColor: "var(--bg-raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    boxShadow: "var(--shadow)",
    color: "var(--fg)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-data)", fontSize: "var(--text-sm)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-fg)" },
  ".cm-diagnostic": {
    padding: "6px 10px",
    fontFamily: "var(--font-ui)",
    fontSize: "var(--text-sm)",
    borderLeftWidth: "3px",
    whiteSpace: "pre-wrap",
    maxWidth: "420px",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--bg-hover)", border: "none", color: "var(--fg-2)", padding: "0 6px" },
  ".cm-panels": {
    backgroundColor: "var(--bg-side)",
    color: "var(--fg)",
    borderColor: "var(--line)",
    fontFamily: "var(--font-ui)",
    fontSize: "var(--text-sm)",
  },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px",
    padding: "8px 40px 8px 12px",
    "& input, & button, & label": { margin: "0", fontSize: "var(--text-sm)" },
    "& label": { order: "1", display: "inline-flex", alignItems: "center", gap: "4px", whiteSpace: "nowrap" },
    // What is looked for and what replaces it begin lines of their own.
    "& input[name=search], & input[name=replace]": { flexBasis: "45%" },
    "& [name=close]": {
      top: "6px",
      right: "8px",
      width: "28px",
      height: "28px",
      fontSize: "18px",
      lineHeight: "1",
      color: "var(--fg-2)",
      borderRadius: "var(--radius-s)",
    },
    "& [name=close]:hover": { backgroundColor: "var(--bg-hover)" },
  },
  ".cm-textfield": {
    flex: "1 1 140px",
    minWidth: "0",
    height: "28px",
    padding: "0 8px",
    backgroundColor: "var(--bg-input)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    fontFamily: "var(--font-data)",
    fontSize: "var(--text-sm)",
  },
  ".cm-textfield:focus": { borderColor: "var(--accent)", boxShadow: "var(--ring)" },
  ".cm-button": {
    height: "26px",
    padding: "0 8px",
    backgroundImage: "none",
    backgroundColor: "transparent",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    fontSize: "var(--text-sm)",
    "&:hover": { backgroundColor: "var(--bg-hover)" },
    "&:active": { backgroundImage: "none" },
  },
  ".cm-unseen": { color: "var(--warn)", backgroundColor: "var(--warn-bg)", borderRadius: "2px" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-bg)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warn) 40%, transparent)" },
});

/**
 * Where nothing folds, what the fold marks would take is left free all the same; and where nothing
 * is numbered.
 */
const WITHOUT_FOLDS = EditorView.theme({ ".cm-gutters": { paddingRight: "17px" } });
const WITHOUT_GUTTERS = EditorView.theme({ ".cm-line": { paddingLeft: "16px" } });

/** A sign that is not seen, drawn as its mark; in the text it stays what it is. */
function unseenMark(code: number): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "cm-unseen";
  mark.textContent = markOf(String.fromCodePoint(code));
  return mark;
}

/** The editor's keys without the one that sends the answer: that one is the app's. */
const OWN_KEYS = defaultKeymap.filter((binding) => binding.key !== "Mod-Enter");

/** A value longer than this is not written behind a name that is taken over. */
const LONGEST_VALUE = 200;

/** Writes a name, and behind it, where nothing follows yet, a colon and the present value, which is
 *  selected. */
function takeName(
  view: EditorView,
  { from, to, opens = false }: { from: number; to: number; opens?: boolean },
  name: string,
  value: string | null,
): void {
  const follows = /^\s*:/.test(view.state.sliceDoc(to, to + 20));
  const quoted = `${opens ? '"' : ""}${name}"`;
  const behind = follows ? "" : ": ";
  const shown = follows || value === null || value.length > LONGEST_VALUE ? "" : value.trim();
  const start = from + quoted.length + behind.length;
  view.dispatch({
    changes: { from, to, insert: quoted + behind + shown },
    selection: { anchor: start, head: start + shown.length },
    userEvent: "input.complete",
  });
}

/** Offers names of variables where a key is written. */
function completeNames({ names, valueOf }: Pick<EditorOptions, "names" | "valueOf">) {
  return (context: CompletionContext): CompletionResult | null => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    const inKey =
      node.name === "PropertyName" ||
      (node.name === "String" && node.parent?.name === "Property" && node.prevSibling === null);
    const quote = context.matchBefore(/"[^"]*/);
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
    const bare = node.name === "Object" || node.name === "⚠" || node.name === "{";
    if (inKey && quote) {
      const after = context.state.sliceDoc(context.pos, context.pos + 1);
      return {
        from: quote.from + 1,
        options: names().map((label) => ({
          label,
          type: "property",
          apply: (view: EditorView, _: unknown, from: number, to: number) =>
            takeName(view, { from, to: after === '"' ? to + 1 : to }, label, valueOf(label)),
        })),
        validFor: /^[^"]*$/,
      };
    }
    if (bare && (word || context.explicit)) {
      return {
        from: word?.from ?? context.pos,
        options: names().map((label) => ({
          label,
          type: "property",
          apply: (view: EditorView, _: unknown, from: number, to: number) =>
            takeName(view, { from, to, opens: true }, label, valueOf(label)),
        })),
        validFor: /^[\p{L}\p{N}_]*$/u,
      };
    }
    return null;
  };
}

/** Time for reading the text before it is folded, in milliseconds; beyond it nothing is. */
const FOLD_WITHIN = 100;

/** The insides of what the outermost names stand for, where they take more than a line. */
function foldsOf(state: EditorState, names: ReadonlySet<string>): { from: number; to: number }[] {
  const root = ensureSyntaxTree(state, state.doc.length, FOLD_WITHIN)?.topNode.getChild("Object");
  return (root?.getChildren("Property") ?? []).flatMap((property) => {
    const [name, value] = [property.getChild("PropertyName"), property.lastChild];
    if (!name || !value || !["Object", "Array"].includes(value.name)) return [];
    if (!names.has(state.sliceDoc(name.from + 1, name.to - 1))) return [];
    const isLong = state.doc.lineAt(value.from).number < state.doc.lineAt(value.to).number;
    return isLong ? [{ from: value.from + 1, to: value.to - 1 }] : [];
  });
}

/** What is switched while the editor stays: with it a text can be read, but no longer changed. */
const LOCK = new Compartment();

/** Names that are still looked for are not seen yet: Escape is not for them, but for the editor. */
const ESCAPE = Prec.highest(
  keymap.of([
    {
      key: "Escape",
      run: (view) => {
        if (completionStatus(view.state) === "pending") closeCompletion(view);
        return false;
      },
    },
  ]),
);

function extensions(options: EditorOptions): Extension[] {
  const shared: Extension[] = [
    LOOK,
    options.numbered ? lineNumbers() : [],
    syntaxHighlighting(HIGHLIGHT),
    highlightSpecialChars({ specialChars: unseen, render: unseenMark }),
    search({ top: true }),
    highlightSelectionMatches(),
    EditorState.phrases.of(phrases(words.language)),
    EditorView.contentAttributes.of({
      "aria-label": options.label,
      tabindex: "0",
      spellcheck: "false",
      autocorrect: "off",
      autocapitalize: "off",
    }),
    options.json ? [json(), foldGutter({ openText: "▾", closedText: "▸" })] : [EditorView.lineWrapping, WITHOUT_FOLDS],
    options.json || options.numbered ? [] : WITHOUT_GUTTERS,
    keymap.of([...searchKeymap, ...foldKeymap, ...OWN_KEYS]),
  ];
  if (options.readonly) return [EditorState.readOnly.of(true), EditorView.editable.of(true), ...shared];
  return [
    LOCK.of([]),
    ESCAPE,
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    indentUnit.of("  "),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    autocompletion({ override: [completeNames(options)], icons: false }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onchange(update.state.doc.toString());
    }),
    ...shared,
  ];
}

/**
 * An editor as it is stored while another exchange is looked at: text, selection and undo as JSON.
 */
interface Memory {
  state: unknown;
  scroll: number;
}

const FIELDS = { history: historyField };

function isMemory(value: unknown): value is Memory {
  return typeof value === "object" && value !== null && "state" in value && "scroll" in value;
}

/**
 * The state to begin with: the earlier one with its undo, brought to today's text, or a new one.
 */
function firstState(config: { extensions: Extension[] }, text: string, memory: unknown): EditorState {
  if (!isMemory(memory)) return EditorState.create({ ...config, doc: text });
  const old = EditorState.fromJSON(memory.state, config, FIELDS);
  if (old.doc.toString() === text) return old;
  return old.update({ changes: { from: 0, to: old.doc.length, insert: text } }).state;
}

/** A viewer has no undo to store, and a change of its text costs less than a new state. */
function replaceAll(view: EditorView, text: string): void {
  const changes = { from: 0, to: view.state.doc.length, insert: text };
  view.dispatch({ changes, selection: { anchor: 0 } });
}

export function createEditor(options: EditorOptions): Editor {
  const config = { extensions: extensions(options) };
  const view = new EditorView({ state: firstState(config, options.text, options.memory), parent: options.parent });
  if (isMemory(options.memory)) view.scrollDOM.scrollTop = options.memory.scroll;
  let marked = false;
  let locked = false;
  const lock = (on: boolean) => {
    locked = on;
    view.dispatch({ effects: LOCK.reconfigure(on ? EditorState.readOnly.of(true) : []) });
  };
  return {
    open(text, memory) {
      if (options.readonly) {
        replaceAll(view, text);
      } else {
        view.setState(firstState(config, text, memory));
        marked = false;
        if (locked) lock(true);
      }
      view.scrollDOM.scrollTop = isMemory(memory) ? memory.scroll : 0;
    },
    setText(text) {
      // The editor has line feeds alone: another kind of line end is no change.
      if (view.state.doc.toString() === text.replaceAll(/\r\n?/g, "\n")) return;
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, annotations: Transaction.userEvent.of("input.preset"), scrollIntoView: true });
    },
    setMarks(marks: Mark[]) {
      if (marks.length === 0 && !marked) return;
      marked = marks.length > 0;
      const length = view.state.doc.length;
      const inside = marks.filter((mark) => mark.from <= length);
      view.dispatch(
        setDiagnostics(
          view.state,
          inside.map((mark) => ({ ...mark, to: Math.min(length, mark.to) })),
        ),
      );
    },
    focus: () => view.focus(),
    show(from, to) {
      const length = view.state.doc.length;
      const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
      view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
      view.focus();
    },
    fold: (names) => view.dispatch({ effects: foldsOf(view.state, names).map((one) => foldEffect.of(one)) }),
    lock,
    undo: () => void undo(view),
    memory: (): Memory => ({ state: view.state.toJSON(FIELDS), scroll: view.scrollDOM.scrollTop }),
    destroy: () => view.destroy(),
  };
}

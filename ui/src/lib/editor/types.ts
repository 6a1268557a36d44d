/**
 * What the editor component needs to know of an editor, so that CodeMirror itself is loaded only
 * when one is shown.
 */

export interface Mark {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
}

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  readonly: boolean;
  json: boolean;
  /** Whether lines are numbered. */
  numbered: boolean;
  /** State of an earlier editor of the same text, undo included. */
  memory: unknown;
  names: () => string[];
  /** What a name's value is now, as JSON; it is put behind a name that is taken over. */
  valueOf: (name: string) => string | null;
  onchange: (text: string) => void;
}

export interface Editor {
  /** Goes over to another document: at its top, or as its memory says. */
  open(text: string, memory: unknown): void;
  /** Replaces the text as one step that can be undone. */
  setText(text: string): void;
  setMarks(marks: Mark[]): void;
  focus(): void;
  /** Selects a span and scrolls it into view. */
  show(from: number, to: number): void;
  /** Folds the values of the outermost names, where they take more than a line. */
  fold(names: ReadonlySet<string>): void;
  /** Whether the text can be changed; the focus and the selection stay through it. */
  lock(on: boolean): void;
  undo(): void;
  memory(): unknown;
  destroy(): void;
}

export type CreateEditor = (options: EditorOptions) => Editor;

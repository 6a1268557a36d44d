/** The charset that a Content-Type names, for a body read as text that goes out as UTF-8. */
import type { HeaderPair } from "../api/types";

/** The value of the first `charset` parameter; before it, all that stands before its value. */
const CHARSET = /^([^;]*;(?:(?!\s*charset\s*=\s*["']?[^;"'\s])[^;]*;)*\s*charset\s*=\s*["']?)([^;"'\s]+)/i;
const UTF_8 = /^utf-?8$/i;
/** Labels of UTF-16, under which ASCII is something else (Encoding Standard §4.2). */
const WIDE = /^(utf-?16|ucs-2|unicode|csunicode|iso-10646-ucs-2)/i;

const isType = (name: string): boolean => /^content-type$/i.test(name);

/** A field whose charset, if it names one, is UTF-8; all else in it stays byte for byte. */
export function asUtf8([name, value]: HeaderPair): HeaderPair {
  if (!isType(name)) return [name, value];
  return [
    name,
    value.replace(CHARSET, (all, before: string, label: string) => (UTF_8.test(label) ? all : `${before}utf-8`)),
  ];
}

/** The same where these letters need it: ASCII is the same bytes under most names. */
export function inUtf8([name, value]: HeaderPair, text: string): HeaderPair {
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  const isAscii = /^[\u0000-\u007f]*$/.test(text);
  return isAscii && !WIDE.test(CHARSET.exec(value)?.[2] ?? "") ? [name, value] : asUtf8([name, value]);
}

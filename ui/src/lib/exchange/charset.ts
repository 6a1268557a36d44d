/** The charset that a Content-Type names, for a body read as text that goes out as UTF-8. */
import type { HeaderPair } from "../api/types";

/** The value of the first `charset` parameter; before it, all that stands before its value. */
const CHARSET =
  /^([^;]*;(?:(?!\s*charset\s*=[\s"']*[^;"'\s])[^;]*;)*\s*charset\s*=[\s"']*)([^;"'\s][^;]*?)(?=[\s"']*(?:;|$))/i;
/** Labels that decoders take for nothing that they could read (Encoding Standard §4.2). */
const REPLACEMENT = /^(cs)?iso-?2022-?(cn|cn-ext|kr)$|^hz-gb-2312$|^replacement$/i;

const isType = (name: string): boolean => /^content-type$/i.test(name);

/** What a label stands for; `null` where nobody knows it. */
function encodingOf(label: string): string | null {
  if (REPLACEMENT.test(label)) return "replacement";
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** A field whose charset, if it names a known one, is UTF-8; all else in it stays byte for byte. */
export function asUtf8([name, value]: HeaderPair): HeaderPair {
  if (!isType(name)) return [name, value];
  return [
    name,
    value.replace(CHARSET, (all, before: string, label: string) => {
      const encoding = encodingOf(label);
      return encoding === null || encoding === "utf-8" ? all : `${before}utf-8`;
    }),
  ];
}

/** The same where these letters need it: ASCII is the same bytes under most names. */
export function inUtf8([name, value]: HeaderPair, text: string): HeaderPair {
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  const isAscii = /^[\u0000-\u007f]*$/.test(text);
  const encoding = encodingOf(CHARSET.exec(value)?.[2] ?? "");
  const isOther = encoding === "replacement" || encoding?.startsWith("utf-16");
  return isAscii && !isOther ? [name, value] : asUtf8([name, value]);
}

/** The turns of a user that the program plays, with what each changed. */
import type { Api } from "../api/api";
import type { Exchange, Summary, Variable } from "../api/types";

/** Details that are read at once. */
const AT_ONCE = 4;

interface Asked {
  bot: string | null;
  user: string;
  most: number;
}

/** A name as the filter takes it: this one and no other. */
function exactly(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Whether what is known of a turn is what the list says of it. */
function isSame(known: Exchange, row: Summary): boolean {
  return (
    known.state === row.state &&
    known.status === row.status &&
    known.response_bytes === row.response_bytes &&
    known.late_waiting === row.late_waiting &&
    known.platform === row.platform
  );
}

/** The latest turns, the oldest first; details that are known and hold are not read again. */
export async function turnsOf(
  api: Pick<Api, "list" | "exchange">,
  { bot, user, most }: Asked,
  known: ReadonlyMap<string, Exchange>,
): Promise<{ turns: Exchange[]; hasEarlier: boolean }> {
  const page = await api.list({ limit: most, filter: `source:simulator user:${exactly(user)}`, bot });
  const rows = page.exchanges.toReversed();
  const turns: Exchange[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE).map(async (row) => {
      const found = known.get(row.id);
      // One that was deleted since is none.
      return found && isSame(found, row) ? found : api.exchange(row.id).catch(() => null);
    });
    turns.push(...(await Promise.all(some)).filter((turn) => turn !== null));
  }
  return { turns, hasEarlier: page.next_before !== null };
}

/** The variables that a turn's answer made new or another one; none where it was not taken. */
export function changesOf({ outcome, variables }: Pick<Exchange, "outcome" | "variables">): Variable[] {
  if (outcome?.merged !== true) return [];
  return variables.filter(({ change }) => change === "new" || change === "changed" || change === "type_changed");
}

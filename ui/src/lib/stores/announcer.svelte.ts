/** What a screen reader says in passing. */
export class Announcer {
  text = $state("");

  say(text: string): void {
    this.text = text;
  }
}

/** Actions one after the other, each begun once the former is over, whatever came of it. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  after<T>(action: () => Promise<T>): Promise<T> {
    const next = this.#last.then(action, action);
    this.#last = next;
    return next;
  }
}

/**
 * Where the reader is: in a place, or in a view over it. Escape leads from the view back to the
 * place.
 */
import type { PlaceId, ViewId } from "../app/register";

export class Navigation {
  place: PlaceId;
  view = $state<ViewId | null>(null);
  /** The part of each view that was looked at last, such as a section of the settings. */
  #parts = $state<Record<string, string>>({});

  constructor(readonly places: readonly PlaceId[]) {
    const [first] = places;
    if (first === undefined) throw new Error("the page has no place");
    this.place = $state(first);
  }

  /** Whether a place is what the reader sees, with no view over it. */
  shows(place: PlaceId): boolean {
    return this.view === null && this.place === place;
  }

  goTo(place: PlaceId): void {
    this.place = place;
    this.view = null;
  }

  open(view: ViewId, part?: string): void {
    if (part !== undefined) this.#parts[view] = part;
    this.view = view;
  }

  toggle(view: ViewId): void {
    if (this.view === view) this.back();
    else this.open(view);
  }

  /** Back to the place one came from. */
  back(): void {
    this.view = null;
  }

  partOf(view: ViewId): string | null {
    return this.#parts[view] ?? null;
  }
}

/** Which address shows what. Links within the page are followed without loading it anew. */

export interface View {
  close(): void;
  pressed?(event: KeyboardEvent): void;
}

/** Makes the view of an address; null where there is none. */
export type Open = (path: string, query: URLSearchParams) => Promise<View | null>;

export class Router {
  readonly #open: Open;
  #view: View | null = null;
  #visit = 0;

  constructor(open: Open) {
    this.#open = open;
  }

  start(): void {
    addEventListener('popstate', () => void this.#show());
    addEventListener('keydown', (event) => this.#view?.pressed?.(event));
    document.addEventListener('click', (event) => this.#clicked(event));
    void this.#show();
  }

  go(address: string): void {
    history.pushState(null, '', address);
    scrollTo(0, 0);
    void this.#show();
  }

  #clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest?.('a');
    const isOurs = link && link.origin === location.origin && !link.hasAttribute('data-external');
    if (!isOurs || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  async #show(): Promise<void> {
    const visit = ++this.#visit;
    this.#view?.close();
    this.#view = null;
    document.title = 'Endure';
    const view = await this.#open(location.pathname, new URLSearchParams(location.search));
    // Somebody has gone on while it was made.
    if (visit === this.#visit) this.#view = view;
    else view?.close();
  }
}

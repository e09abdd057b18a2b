/** What is to be read once: it goes by itself. */
import type { AchievementKind } from '../../../src/ratings/achievements.ts';

export interface News {
  readonly id: number;
  readonly text: string;
  readonly achievement?: { readonly kind: AchievementKind; readonly points: number };
}

const STAYS_MS = 12_000;

export class NewsBoard {
  readonly #changed: () => void;
  #items: readonly News[] = [];
  #count = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get items(): readonly News[] {
    return this.#items;
  }

  tell(text: string, achievement?: News['achievement']): void {
    const id = ++this.#count;
    this.#items = [...this.#items, { id, text, ...(achievement && { achievement }) }];
    setTimeout(() => this.dismiss(id), STAYS_MS);
    this.#changed();
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((news) => news.id !== id);
    this.#changed();
  }
}

/** The link of an open challenge, to be copied, and what came of copying it. */
import { h, type Node_ } from '../render.ts';

const COPIED = 'Copied. Send it to your friend.';
/** Pages that did not come over an encrypted connection may not write to the clipboard. */
const REFUSED = 'The browser keeps this page from copying. The link is selected: copy it yourself.';

export class LinkShare {
  readonly #changed: () => void;
  #said = '';
  /** The link that `said` is about. */
  #link = '';

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  view(challengeId: string): Node_ {
    const link = `${location.origin}/challenge/${encodeURIComponent(challengeId)}`;
    return h(
      'div',
      { class: 'share' },
      h(
        'label',
        {},
        'Link for your friend',
        h('input', { type: 'text', name: 'link', readonly: true, value: link, onfocus: (event: Event) => (event.target as HTMLInputElement).select() }), // prettier-ignore
      ),
      h('button', { type: 'button', class: 'primary', onclick: (event: Event) => void this.#copy(link, event.currentTarget as Element) }, 'Copy link'), // prettier-ignore
      h('p', { role: 'status' }, this.#link === link ? this.#said : ''),
    );
  }

  async #copy(link: string, button: Element): Promise<void> {
    const field = button.parentElement!.querySelector('input')!;
    this.#link = link;
    try {
      await navigator.clipboard.writeText(link);
      this.#said = COPIED;
    } catch {
      field.focus();
      field.select();
      this.#said = REFUSED;
    }
    this.#changed();
  }
}

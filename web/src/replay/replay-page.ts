/** A battle that is over, played in the view of a battle. */
import '../styles/battle.css';
import './replay.css';
import type { DexTable } from '../../../scripts/page-dex.ts';
import type { SideId } from '../../../src/battle/ids.ts';
import type { Replay } from '../../../client/src/endure.ts';
import { GenerationDex, generationOf } from '../battle/dex.ts';
import { loadDex, NO_DEX } from '../battle/dex-file.ts';
import { pathOf, read } from '../net/read.ts';
import type { Account } from '../net/session.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import type { SheetPorts } from '../sheet.ts';
import { actionOf, type ReelAction } from './keys.ts';
import { Reel } from './reel.ts';
import { linkOf, type ReplayAddress } from './share.ts';
import { missingView, replayView, type ReplayFault } from './replay-view.ts';

export class ReplayPage implements View {
  readonly #root: Element;
  readonly #address: ReplayAddress;
  readonly #account: Account | null;
  #table: DexTable = NO_DEX;
  #replay: Replay | null = null;
  #reel: Reel | null = null;
  #fault: ReplayFault | null = null;
  /** The link to share, once asked for. */
  #shared: { readonly link: string; readonly isCopied: boolean } | null = null;
  #isClosed = false;

  constructor(root: Element, { account }: SheetPorts, address: ReplayAddress) {
    this.#root = root;
    this.#account = account;
    this.#address = address;
    document.title = 'Replay – Endure';
    void this.#open();
    void loadDex().then((table) => {
      this.#table = table;
      this.#draw();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#reel?.pause();
  }

  pressed(event: KeyboardEvent): void {
    const action = actionOf(event);
    if (!action || !this.#reel) return;
    event.preventDefault();
    this.#act(action);
  }

  async #open(): Promise<void> {
    this.#fault = null;
    this.#draw();
    const { id, key } = this.#address;
    const query = key === null ? '' : `?key=${encodeURIComponent(key)}`;
    const told = await read<Replay>(`/replays${pathOf(id)}.json${query}`, this.#account?.token);
    if (told === 'unreachable') this.#fault = told;
    else if (told === 'missing') this.#fault = await this.#whyMissing();
    else this.#start(told.found);
    this.#draw();
  }

  async #whyMissing(): Promise<ReplayFault> {
    const told = await read<{ readonly status: 'live' | 'ended' }>(`/battles${pathOf(this.#address.id)}`);
    if (typeof told === 'string') return told;
    return told.found.status === 'live' ? 'live' : 'private';
  }

  #start(replay: Replay): void {
    if (this.#isClosed) return;
    this.#replay = replay;
    this.#reel = new Reel(replay.log.split('\n'), this.#near(replay), {
      changed: () => this.#draw(),
      after: (ms, action) => void setTimeout(action, ms),
    });
    document.title = `${replay.players.join(' against ')} – Endure`;
  }

  /** Who played sees it from where he sat. */
  #near({ sides }: Replay): SideId {
    return sides.p2?.id && sides.p2.id === this.#account?.user.id ? 'p2' : 'p1';
  }

  #act(action: ReelAction): void {
    const reel = this.#reel!;
    switch (action.type) {
      case 'toggle':
        return reel.toggle();
      case 'step':
        return reel.step(action.by);
      case 'seek':
        return reel.seek(action.stop);
      case 'speed':
        return reel.setSpeed(action.speed);
    }
  }

  async #share(): Promise<void> {
    const link = await linkOf(this.#address, this.#replay!, this.#account);
    // Only where the page came over a connection that the browser trusts may it write there.
    const isCopied = await navigator.clipboard?.writeText(link).then(() => true, () => false) ?? false; // prettier-ignore
    this.#shared = { link, isCopied };
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed) return;
    const [replay, reel] = [this.#replay, this.#reel];
    if (!replay || !reel) {
      const { id } = this.#address;
      return render(this.#root, missingView({ id, fault: this.#fault, again: () => void this.#open() }));
    }
    const near = this.#near(replay);
    render(
      this.#root,
      replayView({
        replay,
        reel,
        address: this.#address,
        near,
        far: near === 'p1' ? 'p2' : 'p1',
        dex: new GenerationDex(this.#table, generationOf(replay.formatid)),
        shared: this.#shared,
        act: (action) => this.#act(action),
        share: () => void this.#share(),
      }),
    );
  }
}

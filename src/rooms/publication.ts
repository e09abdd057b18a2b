/** What has been played and is to be told, in order. Nothing gets in here that is not in the log. */
import type { Input } from '../battle/input.ts';
import type { SessionStart } from './session-ports.ts';

type PublicationPorts = Pick<SessionStart, 'outlet' | 'meter' | 'scheduler'>;

export class Publication {
  readonly #ports: PublicationPorts;
  readonly #untold: Input[] = [];
  #settling: PromiseWithResolvers<boolean> | undefined;

  constructor(ports: PublicationPorts) {
    this.#ports = ports;
  }

  get isPending(): boolean {
    return this.#untold.length > 0;
  }

  /** It has been played. */
  note(input: Input): void {
    this.#untold.push(input);
  }

  /** Only while the others take this process for alive, or when the store has just said that the battle is ours. */
  tell(): void {
    const { outlet, meter, scheduler } = this.#ports;
    const begunAt = scheduler.now();
    const inputs = this.#untold.splice(0);
    for (const input of inputs) if (input.type === 'choice') outlet.accepted(input);
    outlet.updated(inputs.flatMap((input) => (input.type === 'choice' && input.auto ? [input.side] : [])));
    meter.took('publish', scheduler.now() - begunAt);
    this.#settle(true);
  }

  /** It is for the battle's next owner to tell. */
  drop(): void {
    this.#untold.length = 0;
    this.#settle(false);
  }

  /** Resolves when what is pending has been told; false when it never will be by us. */
  settled(): Promise<boolean> {
    this.#settling ??= Promise.withResolvers();
    return this.#settling.promise;
  }

  #settle(isTold: boolean): void {
    this.#settling?.resolve(isTold);
    this.#settling = undefined;
  }
}

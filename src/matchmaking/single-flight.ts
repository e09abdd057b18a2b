/** Work of which only one is under way at a time: who wants more of it meanwhile joins that one. */
export class SingleFlight {
  #underWay: Promise<void> | null = null;

  run(work: () => Promise<void>): Promise<void> {
    this.#underWay ??= work().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }
}

import type { Asker } from './address-tries.ts';

/**
 * What many ask identity at one moment is asked once: of those who share an address when its budget is asked first, because a refusal is that address's own.
 */
export class SharedQuestion<Answer> {
  readonly #underWay = new Map<string, Promise<Answer>>();

  /** Without `asker` nobody's budget is asked. */
  ask(about: string, question: () => Promise<Answer>, asker: Asker | undefined): Promise<Answer> {
    const key = asker === undefined ? about : `${about} ${asker.address}`;
    const running = this.#underWay.get(key);
    if (running !== undefined) return running;
    const asked = (asker === undefined ? question() : asker.ask(question)).finally(() =>
      this.#underWay.delete(key),
    );
    this.#underWay.set(key, asked);
    return asked;
  }
}

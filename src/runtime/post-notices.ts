/** Which letters those in an area have been told of, so that nobody is told twice. */
import type { EngineContext } from "../engine/context.ts";
import type { Accepted } from "../engine/decision.ts";
import type { CharacterId, LetterId } from "../engine/ids.ts";
import { decideNotice } from "../engine/notice.ts";
import type { WaitingLetter } from "../engine/post.ts";
import type { AreaState } from "../engine/world.ts";
import type { AppError } from "../protocol/codes.ts";
import type { AreaStore } from "./ports.ts";

export interface PostNoticesDeps {
  readonly area: AreaState;
  readonly store: Pick<AreaStore, "letters">;
  readonly context: () => EngineContext;
}

/** One look for letters, as a task of the character's lane. */
export interface Look {
  prepare(): Promise<void>;
  decide(): Accepted | "done";
  applied(): void;
  failed(error: AppError): void;
}

export class PostNotices {
  readonly #deps: PostNoticesDeps;
  readonly #told = new Map<CharacterId, ReadonlySet<LetterId>>();

  constructor(deps: PostNoticesDeps) {
    this.#deps = deps;
  }

  /** Looks for letters that wait for somebody here, and tells of those not yet told of. `over` comes also when there is nothing to tell. */
  look(id: CharacterId, over: () => void, failed: (error: AppError) => void): Look {
    const { area, store, context } = this.#deps;
    let letters: readonly WaitingLetter[] = [];
    return {
      prepare: async () => {
        if (area.characters.has(id)) letters = await store.letters(id);
      },
      decide: () => {
        const told = this.#told.get(id);
        const fresh = letters.filter((letter) => told?.has(letter.id) !== true);
        if (fresh.length === 0 || !area.characters.has(id)) {
          over();
          return "done";
        }
        this.#told.set(id, new Set(letters.map((letter) => letter.id)));
        return decideNotice(area, id, fresh, context());
      },
      applied: over,
      failed,
    };
  }

  /** The character has gone from here. */
  forget(id: CharacterId): void {
    this.#told.delete(id);
  }
}

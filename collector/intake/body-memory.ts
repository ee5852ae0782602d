/** The writer's view of the memory that request bodies arrive in. */
import { freeNow } from './buffer-pool.ts';
import type { BodyMessage, ToWriter } from './writer-messages.ts';

/** Remembers each slot from its first message on. */
export class BodyMemory {
  readonly #slots = new Map<number, ArrayBufferLike>();

  /** The bytes of the body, in place; valid until {@link release}. */
  bodyOf(message: BodyMessage): Uint8Array {
    if (message.memory !== null && message.slot > 0) this.#slots.set(message.slot, message.memory);
    const memory = message.memory ?? this.#slots.get(message.slot);
    return memory === undefined ? new Uint8Array(0) : new Uint8Array(memory, 0, message.length);
  }

  /** Frees what was used once; the slots of the other bodies, to be used again. */
  release(messages: readonly ToWriter[]): number[] {
    const slots: number[] = [];
    for (const message of messages) {
      if (message.kind !== 'body') continue;
      if (message.slot > 0) slots.push(message.slot);
      else if (message.memory !== null) freeNow(new Uint8Array(message.memory));
    }
    return slots;
  }
}

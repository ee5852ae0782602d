/** The notifications domain: fed by events only, delivered by one worker. */
export { type Announcement, announcementOf, consumedTypes } from './audience.ts';
export { createNotifications, type Inbox, type Notifications, type NotificationsParts } from './notifications.ts';
export { mountNotifications } from './routes.ts';
export { createSenders, type Notice, type Senders } from './senders.ts';
export { createDeliveryWorker, type DeliveryWorker } from './worker.ts';

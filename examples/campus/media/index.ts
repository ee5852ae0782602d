/** The media domain: uploads and their smaller copies. */
export { createMedia, type Media, type MediaFile, type MediaParts, mediaUploaded } from './media.ts';
export { mountMedia } from './routes.ts';

export type { CheckOptions, Checked } from './checker.js';
export { createRevocationFeed, type FeedStatus, type RevocationFeed } from './feed.js';
export type { FeedOptions, StalePolicy } from './options.js';
export type { FeedEvent, RefusalReason } from './report.js';
export type { Refused, RefusedAuth } from './request-state.js';
export type { TokenClaims } from './revocations.js';
export { type RefusalCode, RevokedError } from './revoked-error.js';

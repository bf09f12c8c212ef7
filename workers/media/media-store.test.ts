import { expect, it } from 'vitest';
import { Deadline } from '../deadline.js';
import type { MediaAsset } from './media-asset.js';
import { MediaStore } from './media-store.js';

const later = () => new Deadline(20_000);
const noTime = () => new Deadline(0);

/** Six bytes. */
const PICTURE = 'QUJDQUJD';
const OTHER = 'REVGREVG';

it('holds the same content once, until nobody needs it', async () => {
  const store = new MediaStore(12);
  const first = await store.hold(PICTURE, 'image/png', later());
  const second = await store.hold(PICTURE, 'image/png', later());
  expect(second).toBe(first);
  expect(await store.hold(OTHER, 'image/png', later())).toMatchObject({ contentType: 'image/png' });
  expect(await store.hold(OTHER, 'image/gif', noTime())).toBe('timed-out');
  store.release(first as MediaAsset);
  expect(await store.hold(OTHER, 'image/gif', noTime())).toBe('timed-out');
  store.release(second as MediaAsset);
  expect(await store.hold(OTHER, 'image/gif', later())).toMatchObject({ contentType: 'image/gif' });
});

it('needs no room for what is no base64', async () => {
  const store = new MediaStore(6);
  for (let count = 0; count < 10; count++) expect(await store.hold('QUJD-', 'image/png', later())).toBe('not-base64');
  expect(await store.hold(PICTURE, 'image/png', later())).toMatchObject({ contentType: 'image/png' });
});

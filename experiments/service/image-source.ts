import { randomFillSync } from 'node:crypto';

/** Makes images that no other is equal to, without the cost of making an image: bytes that nobody can compress. */
export class ImageSource {
  readonly #bytesByLength = new Map<number, Buffer>();
  #imageCount = 0;

  get imageCount(): number {
    return this.#imageCount;
  }

  /** @param byteLength of the image, before base64; at least 4. */
  nextDataUri(byteLength: number): string {
    const bytes = this.#bytesOf(byteLength);
    bytes.writeUInt32LE(this.#imageCount);
    this.#imageCount += 1;
    return `data:image/png;base64,${bytes.toString('base64')}`;
  }

  #bytesOf(byteLength: number): Buffer {
    let bytes = this.#bytesByLength.get(byteLength);
    if (bytes === undefined) {
      bytes = randomFillSync(Buffer.allocUnsafe(byteLength));
      this.#bytesByLength.set(byteLength, bytes);
    }
    return bytes;
  }
}

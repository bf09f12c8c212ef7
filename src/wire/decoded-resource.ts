import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** What {@link DecodedResource} needs of another resource to merge with it. */
interface MergeableResource {
  readonly schemaUrl?: string | undefined;
  getRawAttributes(): [string, AttributeValue | PromiseLike<AttributeValue | undefined> | undefined][];
}

/** A resource as the SDK's own: every attribute is settled, since the chunk was sealed after that. */
export class DecodedResource {
  readonly attributes: Attributes;
  readonly schemaUrl: string | undefined;
  readonly asyncAttributesPending = false;

  constructor(attributes: Attributes, schemaUrl: string | undefined) {
    this.attributes = attributes;
    this.schemaUrl = schemaUrl;
  }

  async waitForAsyncAttributes(): Promise<void> {}

  getRawAttributes(): [string, AttributeValue | undefined][] {
    return Object.entries(this.attributes);
  }

  /** The other's attributes win; schema URLs that differ cancel each other out, as in the SDK. */
  merge(other: MergeableResource | null): DecodedResource {
    if (other === null) return this;
    const attributes: Attributes = { ...this.attributes };
    for (const [key, value] of other.getRawAttributes()) {
      if (value !== undefined && !isPromiseLike(value)) attributes[key] = value;
    }
    return new DecodedResource(attributes, mergeSchemaUrls(this.schemaUrl, other.schemaUrl));
  }
}

function mergeSchemaUrls(own: string | undefined, other: string | undefined): string | undefined {
  if (own === undefined || own === '') return other;
  if (other === undefined || other === '' || other === own) return own;
  return undefined;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

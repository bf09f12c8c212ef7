/** What is read of a NodeSDK configuration here. Where there is a NodeSDK, it gets the whole of it. */
export interface SdkOptions {
  readonly spanProcessors?: readonly unknown[];
  readonly instrumentations?: readonly unknown[];
  readonly autoDetectResources?: boolean;
  readonly resourceDetectors?: readonly unknown[];
  readonly resource?: SdkResource;
  readonly serviceName?: string;
  readonly sampler?: unknown;
  readonly spanLimits?: Readonly<Record<string, number>>;
  readonly idGenerator?: unknown;
  /** `null`: none. */
  readonly contextManager?: unknown;
  /** `null`: none. */
  readonly textMapPropagator?: unknown;
}

/** The SDK's `Resource`, taken structurally. */
export interface SdkResource {
  merge(other: SdkResource): SdkResource;
}

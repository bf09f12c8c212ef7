/** How the model server answers the lab's service: as the lab's scenarios have it. */
export const MODEL_PACE = { timeToFirstTokenMillis: 20, interChunkDelayMillis: 5 };

/** What the lab's service makes. */
export const SPANS_PER_REQUEST = 7;

/** How the model server answers the gate's services: as the lab's scenarios have it. */
export const MODEL_PACE = { timeToFirstTokenMillis: 20, interChunkDelayMillis: 5 };

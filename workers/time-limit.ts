/** What `done` resolves with, or what `onTimeout` makes once `timeoutMillis` are over; `done` itself goes on. */
export async function limitTime<T>(done: Promise<T>, timeoutMillis: number, onTimeout: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(onTimeout()), timeoutMillis);
  });
  try {
    return await Promise.race([done, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export async function register(): Promise<void> {
  // The edge runtime has no worker threads.
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('./tracing');
}

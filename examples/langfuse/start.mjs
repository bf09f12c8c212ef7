// node examples/langfuse/start.mjs [--processor offloop|langfuse]
// On a fresh clone this installs and builds first; then a conversation runs against a local stand-in for Langfuse.
import '../../ensure-built.mjs';

await import('./run.mjs');

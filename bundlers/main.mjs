import { runService } from './service.mjs';

// Not awaited: a CommonJS bundle has no await outside of functions.
void runService();

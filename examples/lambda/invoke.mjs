// Calls the function a few times, then ends without a chance to deliver anything more. node examples/lambda/invoke.mjs
import { handler } from './handler.mjs';

for (const name of ['Lan', 'Minh', 'Hoa']) console.log(await handler({ name }));
process.kill(process.pid, 'SIGKILL');

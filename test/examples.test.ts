import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const RUN = fileURLToPath(new URL('../examples/langfuse/run.mjs', import.meta.url));

async function runExample(processor: string) {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, '--processor', processor], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [conversation = '', arrived = ''] = stdout.split(/^What arrived .*$/m);
  return { conversation, arrived };
}

describe('examples/langfuse', () => {
  let ours: Awaited<ReturnType<typeof runExample>>;
  let theirs: Awaited<ReturnType<typeof runExample>>;

  beforeAll(async () => {
    ours = await runExample('offloop');
    theirs = await runExample('langfuse');
  }, 60_000);

  it('finds what a customer wants by the sound of the words, else by the model', () => {
    expect(ours.conversation.match(/\((\w+)\)$/gm)).toEqual([
      '(book_appointment)',
      '(answer_question)',
      '(tell_price)',
    ]);
    expect(ours.arrived.match(/intent by model \(generation\)/g)).toHaveLength(1);
  });

  it('has the metadata of the trace, the span and the generation at their levels', () => {
    const [trace] = ours.arrived.trim().split(/\n\n(?=trace )/);
    expect(trace).toContain(
      "trace 'webhook'  environment=example  session=conversation-1  user=user-7  conversation_id=conversation-1  user_id=user-7",
    );
    expect(trace).toMatch(/webhook \(span\)\n(.*\n)*? +message: .*\n +next_action: book_appointment\n/);
    expect(trace).toMatch(/reply \(generation\)\n(.*\n)*? +model: example-chat\n +usage_details: .*\n +cost_details: /);
  });

  it('sends no telephone number and no address, and the image as media', () => {
    expect(ours.conversation).toMatch(/0912 345 678(.|\n)*lan\.nguyen@example\.com/);
    expect(ours.arrived).not.toMatch(/0912|lan\.nguyen/);
    expect(ours.arrived).toContain('số của chị là <phone>');
    expect(ours.arrived).toMatch(/^media [\w-]{22}: image\/png, 70 bytes, shown in the input of 'reply'$/m);
  });

  it('arrives the same through the processor of Langfuse', () => {
    expect(theirs).toEqual(ours);
  });
});

import { createRandom } from '#gate/statistics/random';
import type { ChatRequest } from '../service/protocol.js';
import { languageAt } from '../text/languages.js';
import { textOf } from '../text/passages.js';
import type { LoadPlan } from './protocol.js';

const CONVERSATION_COUNT = 500;
const USER_COUNT = 200;
const MESSAGE_CHARACTERS = { min: 40, max: 200 };
/** Far more than any declaration is long: the passage may begin anywhere. */
const START_CHARACTERS = 1_000_000;

/** Request bodies without end, the same ones for the same plan: languages in rotation, images evenly, the rest drawn from the seed. */
export function* bodiesOf({
  seed,
  promptCharacters,
  completionCharacters,
  language: only,
  images,
}: Pick<LoadPlan, 'seed' | 'promptCharacters' | 'completionCharacters' | 'language' | 'images'>): Generator<
  string,
  never
> {
  const random = createRandom(seed);
  const draw = (count: number) => Math.floor(random() * count);
  for (let turn = 0; ; turn += 1) {
    const language = only ?? languageAt(turn);
    const messageCharacters = MESSAGE_CHARACTERS.min + draw(MESSAGE_CHARACTERS.max - MESSAGE_CHARACTERS.min);
    const request: ChatRequest = {
      conversationId: `conversation-${draw(CONVERSATION_COUNT)}`,
      userId: `user-${draw(USER_COUNT)}`,
      language,
      message: textOf(language, messageCharacters, draw(START_CHARACTERS)),
      promptCharacters,
      completionCharacters,
      ...(images && (turn + 1) % images.requestsPerImage === 0 ? { imageByteLength: images.byteLength } : {}),
    };
    yield JSON.stringify(request);
  }
}

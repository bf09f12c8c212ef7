import type { Article, Declaration } from '../text/declaration.js';

const RESULT_COUNT = 3;

/**
 * Finds the articles of a declaration that share the most with a question. It indexes pairs of characters, so that
 * scripts without spaces between words are searched like the others; a rare pair weighs more than a common one.
 */
export class KnowledgeBase {
  readonly #articles: readonly Article[];
  readonly #articlesByPair = new Map<string, number[]>();

  constructor({ articles }: Declaration) {
    this.#articles = articles;
    for (const [index, { title, text }] of articles.entries()) {
      for (const pair of pairsOf(`${title} ${text}`)) {
        const indexes = this.#articlesByPair.get(pair);
        if (indexes) indexes.push(index);
        else this.#articlesByPair.set(pair, [index]);
      }
    }
  }

  /** The best articles, best first; fewer than three where fewer share anything. */
  search(question: string): Article[] {
    const scores = new Float64Array(this.#articles.length);
    for (const pair of pairsOf(question)) {
      const indexes = this.#articlesByPair.get(pair);
      if (indexes === undefined) continue;
      const weight = Math.log(1 + this.#articles.length / indexes.length);
      for (const index of indexes) scores[index] = (scores[index] ?? 0) + weight;
    }
    return this.#articles
      .map((article, index) => ({ article, score: scores[index] ?? 0 }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, RESULT_COUNT)
      .map(({ article }) => article);
  }
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase();
  const pairs = new Set<string>();
  for (let index = 0; index + 1 < letters.length; index += 1) pairs.add(letters.slice(index, index + 2));
  return pairs;
}

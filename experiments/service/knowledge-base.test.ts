import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../text/languages.js';
import { declarationOf } from '../text/passages.js';
import { KnowledgeBase } from './knowledge-base.js';

describe.each(LANGUAGES)('the knowledge base in %s', (language) => {
  const declaration = declarationOf(language);
  const knowledgeBase = new KnowledgeBase(declaration);

  it('finds each article by its own text', () => {
    for (const article of declaration.articles) expect(knowledgeBase.search(article.text)).toContain(article);
  });

  it('finds no more than three', () => {
    expect(knowledgeBase.search(declaration.text)).toHaveLength(3);
  });

  it('finds nothing where nothing is shared', () => {
    expect(knowledgeBase.search('\u{1f984}\u{1f984}')).toEqual([]);
    expect(knowledgeBase.search('')).toEqual([]);
  });
});

it('puts the article that was asked for first', () => {
  const knowledgeBase = new KnowledgeBase(declarationOf('en'));
  const [best] = knowledgeBase.search('May anyone be held in slavery, and is the slave trade prohibited?');
  expect(best?.number).toBe(4);
});

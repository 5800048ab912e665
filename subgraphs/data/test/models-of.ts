import type { ContractFile } from '@tributary/schema';
import type { Models } from '../src/models/model.ts';
import { parseModels } from '../src/models/parse-models.ts';

/** Model texts as files, named by their order: `model-1.graphql`. */
export function inFiles(texts: readonly string[]): readonly ContractFile[] {
  return texts.map((text, index) => ({ name: `model-${index + 1}.graphql`, text }));
}

export function modelsOf(texts: readonly string[]): Models {
  return parseModels(inFiles(texts));
}

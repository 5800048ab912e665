import { describeObjectStore } from './conformance.ts';
import { openEmbedded } from './embedded.fixture.ts';

describeObjectStore('a folder', () => openEmbedded());

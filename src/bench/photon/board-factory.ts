// The shelf that boards are taken from: boards of the same making share the content of their flash until they write to it.
import type { FlashContent } from '../flash/flash-content.ts';
import { buildPhotonContent, createPhoton, type Photon, type PhotonOptions } from './photon-board.ts';

export interface BoardFactory {
  /** A Photon or P1; cheap after the first of its making. */
  createPhoton(options: Omit<PhotonOptions, 'content'>): Photon;
}

/** An empty shelf; content is made when first asked for and kept. */
export function createBoardFactory(): BoardFactory {
  const contents = new Map<string, FlashContent>();
  return {
    createPhoton: (options) => {
      const key = [options.platform, options.generation, options.release].join('/');
      const content = contents.get(key) ?? buildPhotonContent(options);
      contents.set(key, content);
      return createPhoton({ ...options, content });
    },
  };
}

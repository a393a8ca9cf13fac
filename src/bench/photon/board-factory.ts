// The shelf that boards are taken from: boards of the same making share the content of their flash until they write to it.
import type { FlashContent } from '../flash/flash-content.ts';
import { createPhoton, type Photon, type PhotonOptions, photonContent } from './photon-board.ts';

export interface BoardStock {
  /** A Photon or P1; cheap after the first of its making. */
  photon(options: Omit<PhotonOptions, 'content'>): Photon;
}

/** An empty shelf; content is made when first asked for and kept. */
export function createBoardStock(): BoardStock {
  const contents = new Map<string, FlashContent>();
  return {
    photon: (options) => {
      const key = [options.platform, options.generation, options.release].join('/');
      const content = contents.get(key) ?? photonContent(options);
      contents.set(key, content);
      return createPhoton({ ...options, content });
    },
  };
}

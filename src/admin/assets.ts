import type { AdminAssetName } from '../core/asset.ts'
import { css, script, type AssetSources } from '../http/assets.ts'
import { adminScript } from './script.ts'
import { adminStylesheet } from './css.ts'

/** What the admin's pages load besides what all pages may. */
export const adminAssets: AssetSources<AdminAssetName> = {
  'admin.css': { type: css, read: () => adminStylesheet },
  'admin.js': { type: script, read: () => adminScript },
}

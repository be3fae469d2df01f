/** The files that an instance serves for pages: the stylesheet of the fragments, htmx, and its extension for streams. */
export const assetNames = ['agentic.css', 'htmx.min.js', 'hx-sse.min.js'] as const
export type AssetName = (typeof assetNames)[number]

/** Of the admin's own pages besides. */
export type AdminAssetName = 'admin.css' | 'admin.js'

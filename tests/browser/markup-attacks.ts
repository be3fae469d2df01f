/** Each would set `hacked`, ask for `/evil`, or lead elsewhere, if it were more than text. */
export const attacks = [
  '<script>hacked = 1</script>',
  '<img src="/evil" onerror="hacked = 1">',
  '"><svg onload="hacked = 1"><script>hacked = 1</script></svg>',
  `'-hacked=1-' onmouseover="hacked = 1" autofocus onfocus="hacked = 1"`,
  '<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>',
  '<object data="/evil"></object><embed src="/evil"><video src="/evil" autoplay></video>',
  '<style>@import "/evil"; body { background: url(/evil) }</style><link rel="stylesheet" href="/evil">',
  '<meta http-equiv="refresh" content="0;url=/evil"><base href="https://evil.test/">',
  '<form action="/evil"><button>Approve</button></form>',
  '<div hx-get="/evil" hx-trigger="load"></div><div data-hx-get="/evil" data-hx-trigger="load"></div>',
  '<div hx-sse:connect="/evil"></div><div hx-ext="sse" sse-connect="/evil"></div>',
  '<template hx type="partial" hx-target="body">evil</template><hx-partial hx-target="body">evil</hx-partial>',
  '<input id="agentic-error" hx-swap-oob="true" value="evil">',
  '</textarea></title></style></script><script>hacked = 1</script>',
  '<!--><script>hacked = 1</script>-->',
  '<math><mtext><table><mglyph><style><img src="/evil" onerror="hacked = 1">',
]

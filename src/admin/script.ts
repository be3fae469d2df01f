/**
 * What makes choosing many rows quick; served as `static/admin.js`. Everything else works without it. In a form with
 * `data-choices`, one box ticks all others, and what is chosen is counted.
 */
export const adminScript = `'use strict'
for (const form of document.querySelectorAll('form[data-choices]')) {
  const { id } = form
  const boxes = [...document.querySelectorAll('input[type=checkbox][form="' + id + '"]:not([data-all])')]
  const all = document.querySelector('input[data-all][form="' + id + '"]')
  const told = form.querySelector('[data-chosen]')
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length
    if (told) told.textContent = chosen + ' of ' + boxes.length + ' chosen'
    if (!all) return
    all.checked = chosen > 0 && chosen === boxes.length
    all.indeterminate = chosen > 0 && chosen < boxes.length
  }
  if (all) {
    all.closest('[hidden]')?.removeAttribute('hidden')
    all.addEventListener('change', () => {
      for (const box of boxes) box.checked = all.checked
      tell()
    })
  }
  for (const box of boxes) box.addEventListener('change', tell)
  // A browser that comes back to the page remembers what was ticked, but only once the page is shown.
  addEventListener('pageshow', tell)
  tell()
}
`

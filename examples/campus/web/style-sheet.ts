/** The look of the pages: one column, both colour schemes, from a phone to a desk. */

export const styleSheet = `
:root { color-scheme: light dark; --ink: light-dark(#1b1b1b, #e8e8e8); --ground: light-dark(#f6f6f4, #151515);
  --card: light-dark(#ffffff, #202020); --line: light-dark(#d5d5d0, #3a3a3a); --link: light-dark(#0b57a4, #8ab4f8); --alarm: light-dark(#a3160c, #ff9b8f) }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: var(--ink); background: var(--ground) }
main { max-width: 44rem; margin: 0 auto; padding: 1rem }
a { color: var(--link) }
h1 { font-size: 1.5rem; margin: .5rem 0 }
code { font-size: .9em; overflow-wrap: anywhere }
form { display: flex; gap: .5rem; margin: 1rem 0 }
input { flex: 1; min-width: 0 }
input, button { font: inherit; min-height: 2.75rem; padding: .25rem .75rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
button { cursor: pointer }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
ol { list-style: none; margin: 0; padding: 0 }
ol li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0 }
ol li p { margin: .25rem 0 .5rem; overflow-wrap: anywhere }
.alarm { color: var(--alarm) }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1rem }
`;

extension Page {
    static let css = """
        :root {
          color-scheme: light dark;
          --ground: #faf8f5; --panel: #fff; --ink: #22201d; --soft: #6d675f; --line: #e0dad1;
          --accent: #b4450f; --accent-ink: #fff; --user: #f3ebe1;
          --good: #2e7d32; --bad: #b3261e; --wait: #b8860b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #191715; --panel: #221f1c; --ink: #ece7e0; --soft: #a39b90; --line: #3a352f;
            --accent: #e8804a; --accent-ink: #1c1208; --user: #2e2822;
            --good: #7cc47f; --bad: #f08a80; --wait: #e0b84d;
          }
        }
        * { box-sizing: border-box; }
        html, body { height: 100%; margin: 0; }
        body {
          display: flex; flex-direction: column; background: var(--ground); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif;
        }
        header {
          display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem;
          padding: .6rem max(1rem, calc(50vw - 24rem)); border-bottom: 1px solid var(--line);
          background: var(--panel);
        }
        h1 { margin: 0; font-size: 1.15rem; letter-spacing: .02em; color: var(--accent); }
        #state { margin: 0; display: flex; align-items: center; gap: .45rem; color: var(--soft); font-size: .9rem; }
        #lamp { width: .6rem; height: .6rem; border-radius: 50%; background: var(--wait); }
        #lamp[data-state="good"] { background: var(--good); }
        #lamp[data-state="bad"] { background: var(--bad); }
        dl { display: flex; gap: 1.25rem; margin: 0 0 0 auto; font-size: .85rem; }
        dl div { display: flex; gap: .35rem; }
        dt { color: var(--soft); }
        dd { margin: 0; font-variant-numeric: tabular-nums; min-width: 2.5ch; }
        main {
          flex: 1; min-height: 0; display: flex; flex-direction: column;
          width: min(50rem, 100%); margin: 0 auto; padding: 0 1rem 1rem;
        }
        #talk { flex: 1; overflow-y: auto; padding: 1rem .4rem 1rem 0; }
        #empty { color: var(--soft); text-align: center; margin-top: 20vh; }
        article { margin: 0 0 1rem; }
        article h2 { margin: 0 0 .15rem; font-size: .8rem; font-weight: 600; color: var(--soft); }
        article p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        article.user p { background: var(--user); border-radius: .6rem; padding: .5rem .8rem; }
        article footer { color: var(--soft); font-size: .8rem; margin-top: .2rem; }
        article.error p { color: var(--bad); }
        form {
          background: var(--panel); border: 1px solid var(--line); border-radius: .8rem; padding: .7rem;
          display: flex; flex-direction: column; gap: .6rem;
        }
        textarea, input, select, button {
          font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
          border-radius: .5rem; padding: .4rem .6rem;
        }
        textarea { width: 100%; resize: vertical; }
        button { cursor: pointer; }
        button:disabled { opacity: .45; cursor: default; }
        #send { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); font-weight: 600; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .row { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem; }
        .row label { font-size: .85rem; color: var(--soft); }
        .row label select { margin-left: .3rem; color: var(--ink); max-width: 22rem; }
        .space { flex: 1; }
        summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
        details[open] summary { margin-bottom: .5rem; }
        details label { display: flex; flex-direction: column; gap: .2rem; font-size: .85rem; color: var(--soft); }
        details .row { margin-top: .6rem; }
        details .row input { width: 10rem; color: var(--ink); }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

        """
}

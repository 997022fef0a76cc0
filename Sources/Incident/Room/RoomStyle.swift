/// How the pages look: one column, light or dark as the reader has it.
enum RoomStyle {
    static let css = """
        :root {
          color-scheme: light dark;
          --ground: #faf8f5; --panel: #fff; --ink: #22201d; --soft: #6d675f; --line: #e0dad1;
          --accent: #b4450f; --good: #2e7d32; --bad: #b3261e; --wait: #8a6508;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #191715; --panel: #221f1c; --ink: #ece7e0; --soft: #a39b90; --line: #3a352f;
            --accent: #e8804a; --good: #7cc47f; --bad: #f08a80; --wait: #e0b84d;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        header, main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
        header { border-bottom: 1px solid var(--line); }
        h1 { margin: .2rem 0; font-size: 1.5rem; }
        h2 { font-size: 1.05rem; color: var(--accent); margin: 1.4rem 0 .5rem; }
        h3 { font-size: .9rem; margin: .2rem 0; }
        a { color: var(--accent); }
        .soft, .crumb { color: var(--soft); font-size: .85rem; margin: .2rem 0; font-weight: 400; }
        .state { display: inline-block; margin: 0; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem;
          border: 1px solid currentColor; color: var(--bad); }
        .state.recovering { color: var(--wait); } .state.settled, .state.closed { color: var(--good); }
        .trouble { color: var(--bad); font-size: .9rem; margin: .3rem 0; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
        th { color: var(--soft); font-weight: 500; }
        .n { font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.away, td.stalled { color: var(--bad); } td.returning { color: var(--wait); }
        td.arrived, td.back { color: var(--good); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .8rem; }
        article, form { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem; }
        article p { margin: .1rem 0 .4rem; } article svg { max-width: 100%; height: auto; }
        form { margin: 0 0 .8rem; }
        textarea { width: 100%; font: inherit; font-size: .95rem; color: inherit; background: var(--ground);
          border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; resize: vertical; }
        button, input { font: inherit; font-size: .9rem; color: inherit; background: var(--ground);
          border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .8rem; }
        button { cursor: pointer; } button:hover { border-color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
        .row { display: flex; flex-wrap: wrap; gap: .5rem; margin: .4rem 0 0; }
        .timeline { list-style: none; padding: 0; margin: 0; font-size: .92rem; }
        .timeline li { padding: .3rem 0 .3rem .8rem; border-left: 3px solid var(--line); overflow-wrap: anywhere;
          white-space: pre-wrap; }
        .timeline time { color: var(--soft); font-variant-numeric: tabular-nums; }
        .timeline .agent { border-color: var(--accent); } .timeline .alert { border-color: var(--bad); }
        .timeline .resolved { border-color: var(--good); }
        .timeline .deploy, .timeline .change { border-color: var(--wait); }
        ul { padding-left: 1.2rem; } li { margin: .2rem 0; }

        """
}
